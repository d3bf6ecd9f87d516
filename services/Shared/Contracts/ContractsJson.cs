using System.Text.Json;
using System.Text.Json.Serialization;

namespace DaprTrading.Contracts;

/// <summary>The JSON metadata of everything on the wire between services: no reflection at run time.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BarBatch))]
[JsonSerializable(typeof(List<Bar>))]
[JsonSerializable(typeof(IndicatorBatch))]
[JsonSerializable(typeof(IReadOnlyList<IndicatorPoint>))]
[JsonSerializable(typeof(List<IndicatorPoint>))]
[JsonSerializable(typeof(IndicatorPoint[]))]
[JsonSerializable(typeof(TradingSignal))]
[JsonSerializable(typeof(List<TradingSignal>))]
[JsonSerializable(typeof(IReadOnlyList<TradingSignal>))]
[JsonSerializable(typeof(Notification))]
[JsonSerializable(typeof(List<Notification>))]
[JsonSerializable(typeof(IReadOnlyList<Notification>))]
[JsonSerializable(typeof(SymbolSummary))]
[JsonSerializable(typeof(List<SymbolSummary>))]
[JsonSerializable(typeof(IReadOnlyList<SymbolSummary>))]
[JsonSerializable(typeof(Candle))]
[JsonSerializable(typeof(List<Candle>))]
[JsonSerializable(typeof(IReadOnlyList<Candle>))]
[JsonSerializable(typeof(MarketEventBatch))]
[JsonSerializable(typeof(RejectedBatch))]
[JsonSerializable(typeof(AccuracyReport))]
[JsonSerializable(typeof(IngestResult))]
[JsonSerializable(typeof(Heartbeat))]
[JsonSerializable(typeof(DeadLettersRepublished))]
public sealed partial class ContractsJson : JsonSerializerContext;
