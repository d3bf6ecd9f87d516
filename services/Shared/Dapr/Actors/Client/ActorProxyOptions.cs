using System.Text.Json;

namespace Dapr.Actors.Client;

/// <summary>How actors are called.</summary>
public class ActorProxyOptions
{
    private JsonSerializerOptions _json = new(JsonSerializerDefaults.Web);

    public ActorProxyOptions()
    {
    }

    /// <summary>Options for arguments and results.</summary>
    public JsonSerializerOptions JsonSerializerOptions
    {
        get => _json;
        set => _json = value ?? throw new ArgumentNullException(nameof(value));
    }

    /// <summary>Token for the sidecar; null or blank sends none.</summary>
    public string DaprApiToken { get; set; } = DaprDefaults.GetDefaultDaprApiToken(configuration: null);

    /// <summary>Address of the sidecar's HTTP API.</summary>
    public string HttpEndpoint { get; set; } = DaprDefaults.GetDefaultHttpEndpoint();

    /// <summary>Time limit of a call; null means 100 seconds.</summary>
    public TimeSpan? RequestTimeout { get; set; }

    /// <summary>Concerns proxies with methods only, which this implementation has not.</summary>
    public bool UseJsonSerialization { get; set; }
}
