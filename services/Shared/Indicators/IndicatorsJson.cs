using System.Text.Json;
using System.Text.Json.Serialization;

namespace DaprTrading.Indicators;

/// <summary>JSON metadata of the indicators' state: no reflection at run time.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(IndicatorSetState))]
public sealed partial class IndicatorsJson : JsonSerializerContext;
