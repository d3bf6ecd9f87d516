using System.Text.Json;
using System.Text.Json.Serialization;
using DaprTrading.Processing.Symbols;

namespace DaprTrading.Processing;

/// <summary>JSON metadata of the service's own types: no reflection at run time.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SymbolState))]
[JsonSerializable(typeof(ApplyResult))]
public sealed partial class ProcessingJson : JsonSerializerContext;
