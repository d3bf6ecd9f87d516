using System.Text.Json;
using System.Text.Json.Serialization;
using DaprTrading.Visualization.DeadLetters;
using DaprTrading.Visualization.Live;
using DaprTrading.Visualization.Status;
using Microsoft.AspNetCore.Mvc;

namespace DaprTrading.Visualization;

/// <summary>JSON metadata of what this service sends to browsers. Used with options that write null.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Quote[]))]
[JsonSerializable(typeof(PointsMessage))]
[JsonSerializable(typeof(TradingSignal[]))]
[JsonSerializable(typeof(Notice[]))]
[JsonSerializable(typeof(SymbolSummary[]))]
[JsonSerializable(typeof(MarketEvent[]))]
[JsonSerializable(typeof(StatusDocument))]
[JsonSerializable(typeof(DeadLetterList))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(HttpValidationProblemDetails))]
[JsonSerializable(typeof(object))]
[JsonSerializable(typeof(long?))]
internal sealed partial class VisualizationJson : JsonSerializerContext;
