using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dapr.Client;

/// <summary>Makes a <see cref="DaprClient"/>. Endpoint and token come from the environment unless they are given.</summary>
public sealed class DaprClientBuilder
{
    private readonly ILoggerFactory _loggers;
    private string _httpEndpoint;
    private string? _apiToken;
    private JsonSerializerOptions _json = new(JsonSerializerDefaults.Web);
    private TimeSpan? _timeout;

    public DaprClientBuilder()
        : this(configuration: null, NullLoggerFactory.Instance)
    {
    }

    internal DaprClientBuilder(IConfiguration? configuration, ILoggerFactory loggers)
    {
        _loggers = loggers;
        _httpEndpoint = DaprDefaults.GetDefaultHttpEndpoint(configuration);
        _apiToken = DaprDefaults.GetDefaultDaprApiToken(configuration);
    }

    /// <summary>Address of the sidecar's HTTP API; only scheme, host and port count.</summary>
    public DaprClientBuilder UseHttpEndpoint(string httpEndpoint)
    {
        ArgumentException.ThrowIfNullOrEmpty(httpEndpoint);
        _httpEndpoint = httpEndpoint;
        return this;
    }

    /// <summary>Accepted for compatibility: every call of this implementation goes over HTTP.</summary>
    public DaprClientBuilder UseGrpcEndpoint(string grpcEndpoint)
    {
        ArgumentException.ThrowIfNullOrEmpty(grpcEndpoint);
        return this;
    }

    /// <summary>Options for events and state. With a source-generated resolver every type used has to be in it.</summary>
    public DaprClientBuilder UseJsonSerializationOptions(JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _json = options;
        return this;
    }

    /// <summary>Token for the sidecar; null or blank sends none.</summary>
    public DaprClientBuilder UseDaprApiToken(string apiToken)
    {
        _apiToken = apiToken;
        return this;
    }

    /// <summary>Time limit of health calls.</summary>
    public DaprClientBuilder UseTimeout(TimeSpan timeout)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
        _timeout = timeout;
        return this;
    }

    /// <summary>Makes the client.</summary>
    /// <exception cref="UriFormatException">The endpoint is no address.</exception>
    /// <exception cref="InvalidOperationException">The endpoint is neither http nor https.</exception>
    public DaprClient Build()
    {
        var endpoint = new Uri(_httpEndpoint);
        if (endpoint.Scheme != Uri.UriSchemeHttp && endpoint.Scheme != Uri.UriSchemeHttps)
        {
            throw new InvalidOperationException($"The HTTP endpoint must use http or https, but is '{_httpEndpoint}'.");
        }

        return new DaprHttpClient(endpoint, _apiToken, _json, _timeout, _loggers.CreateLogger<DaprClient>());
    }
}
