using System.Text.Json;
using System.Text.Json.Serialization;
using DaprTrading.Strategies;

namespace DaprTrading.Backtesting.Cli;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(StrategySettings))]
internal sealed partial class CliJson : JsonSerializerContext;
