using System.Text.Json;
using System.Text.Json.Serialization;

namespace Dapr;

/// <summary>Body of an error answer of the sidecar.</summary>
public class DaprError
{
    /// <summary>Code such as <c>ERR_PUBSUB_NOT_FOUND</c>.</summary>
    public string ErrorCode { get; set; } = null!;

    /// <summary>What happened, for people.</summary>
    public string Message { get; set; } = null!;
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(DaprError))]
internal sealed partial class DaprErrorJson : JsonSerializerContext;
