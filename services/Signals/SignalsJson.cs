using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using DaprTrading.Signals.Context;
using DaprTrading.Signals.Settings;
using DaprTrading.Strategies;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace DaprTrading.Signals;

/// <summary>JSON metadata of the service's own types: no reflection at run time.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(StrategySettings))]
[JsonSerializable(typeof(SettingsLedger))]
[JsonSerializable(typeof(StrategyDocument))]
[JsonSerializable(typeof(IReadOnlyList<SettingsVersion>))]
[JsonSerializable(typeof(SymbolContext))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(HttpValidationProblemDetails))]
public sealed partial class SignalsJson : JsonSerializerContext;
