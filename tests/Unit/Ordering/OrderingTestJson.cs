using System.Text.Json;
using System.Text.Json.Serialization;
using DaprTrading.Ordering;

namespace DaprTrading.Tests.Unit.Ordering;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SourceCursors))]
internal sealed partial class OrderingTestJson : JsonSerializerContext;
