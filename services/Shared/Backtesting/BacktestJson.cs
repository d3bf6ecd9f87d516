using System.Text.Json;
using System.Text.Json.Serialization;
using DaprTrading.Backtesting.Jobs;

namespace DaprTrading.Backtesting;

/// <summary>JSON metadata of backtests as a file: no reflection at run time.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(BacktestResult))]
[JsonSerializable(typeof(IReadOnlyList<BacktestResult>))]
public sealed partial class BacktestJson : JsonSerializerContext;

/// <summary>JSON metadata of backtests over HTTP; what is not known is null.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(BacktestRequest))]
[JsonSerializable(typeof(BacktestJob))]
[JsonSerializable(typeof(IReadOnlyList<BacktestJob>))]
[JsonSerializable(typeof(IReadOnlyList<BacktestRun>))]
[JsonSerializable(typeof(IReadOnlyList<BacktestCandle>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
public sealed partial class BacktestJobJson : JsonSerializerContext;
