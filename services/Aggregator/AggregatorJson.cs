using System.Text.Json;
using System.Text.Json.Serialization;
using DaprTrading.Aggregator.Accuracy;
using DaprTrading.Aggregator.History;
using DaprTrading.Aggregator.Summaries;
using DaprTrading.Aggregator.Symbols;

namespace DaprTrading.Aggregator;

/// <summary>JSON metadata of this service's own state and of its actor's answers.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SummaryActorState))]
[JsonSerializable(typeof(SignalCounts))]
[JsonSerializable(typeof(SeenPage))]
[JsonSerializable(typeof(SignalTallies))]
[JsonSerializable(typeof(AccuracyAnswer))]
[JsonSerializable(typeof(SegmentList))]
[JsonSerializable(typeof(SummaryAnswer))]
[JsonSerializable(typeof(PointSlice))]
[JsonSerializable(typeof(CandleSlice))]
[JsonSerializable(typeof(CandleSeries))]
[JsonSerializable(typeof(SymbolList))]
internal sealed partial class AggregatorJson : JsonSerializerContext;
