using System.Text.Json;
using System.Text.Json.Serialization;

namespace DaprTrading.Backtesting;

/// <summary>JSON metadata of backtests: no reflection at run time.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(BacktestResult))]
[JsonSerializable(typeof(IReadOnlyList<BacktestResult>))]
public sealed partial class BacktestJson : JsonSerializerContext;
