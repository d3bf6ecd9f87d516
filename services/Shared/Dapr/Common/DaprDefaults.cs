using Microsoft.Extensions.Configuration;

namespace Dapr;

/// <summary>Names of Dapr's environment variables and the defaults that hold without them.</summary>
/// <remarks>A value is looked up in the configuration when one is given and has the key, otherwise in the process environment.</remarks>
public static class DaprDefaults
{
    public const string DaprApiTokenEnvironmentVariableName = "DAPR_API_TOKEN";
    public const string AppApiTokenEnvironmentVariableName = "APP_API_TOKEN";
    public const string DaprHttpEndpointEnvironmentVariableName = "DAPR_HTTP_ENDPOINT";
    public const string DaprHttpPortEnvironmentVariableName = "DAPR_HTTP_PORT";
    public const string DaprGrpcEndpointEnvironmentVariableName = "DAPR_GRPC_ENDPOINT";
    public const string DaprGrpcPortEnvironmentVariableName = "DAPR_GRPC_PORT";
    public const string DefaultDaprScheme = "http";
    public const string DefaultDaprHost = "localhost";
    public const int DefaultHttpPort = 3500;
    public const int DefaultGrpcPort = 50001;

    /// <summary>Token the sidecar asks of the app; empty when there is none.</summary>
    public static string GetDefaultDaprApiToken(IConfiguration? configuration) =>
        Read(DaprApiTokenEnvironmentVariableName, configuration) ?? string.Empty;

    /// <summary>Token the sidecar sends to the app; empty when there is none.</summary>
    public static string GetDefaultAppApiToken(IConfiguration? configuration) =>
        Read(AppApiTokenEnvironmentVariableName, configuration) ?? string.Empty;

    /// <summary>Root of the sidecar's HTTP API, with a trailing slash.</summary>
    /// <exception cref="FormatException">The port variable is no number.</exception>
    public static string GetDefaultHttpEndpoint(IConfiguration? configuration = null) => Endpoint(
        Read(DaprHttpEndpointEnvironmentVariableName, configuration), Read(DaprHttpPortEnvironmentVariableName, configuration), DefaultHttpPort);

    /// <summary>Root of the sidecar's gRPC API, with a trailing slash. This implementation does not call it.</summary>
    /// <exception cref="FormatException">The port variable is no number.</exception>
    public static string GetDefaultGrpcEndpoint(IConfiguration? configuration = null) => Endpoint(
        Read(DaprGrpcEndpointEnvironmentVariableName, configuration), Read(DaprGrpcPortEnvironmentVariableName, configuration), DefaultGrpcPort);

    /// <summary>A client of the factory with the sidecar's address and token set.</summary>
    public static HttpClient CreateDefaultHttpClient(IHttpClientFactory httpClientFactory, IConfiguration? configuration = null)
    {
        ArgumentNullException.ThrowIfNull(httpClientFactory);

        HttpClient client = httpClientFactory.CreateClient();
        client.BaseAddress = new Uri(GetDefaultHttpEndpoint(configuration));
        string token = GetDefaultDaprApiToken(configuration);
        if (!string.IsNullOrWhiteSpace(token))
        {
            client.DefaultRequestHeaders.Add(Http.SidecarHeaders.ApiToken, token);
        }

        return client;
    }

    private static string? Read(string name, IConfiguration? configuration) => configuration?[name] ?? Environment.GetEnvironmentVariable(name);

    private static string Endpoint(string? endpoint, string? port, int defaultPort)
    {
        if (!string.IsNullOrWhiteSpace(endpoint))
        {
            var given = new Uri(endpoint);
            return new UriBuilder(given.Scheme, given.Host, given.Port).Uri.ToString();
        }

        int number = string.IsNullOrWhiteSpace(port) ? defaultPort : int.Parse(port);
        return new UriBuilder(DefaultDaprScheme, DefaultDaprHost, number).Uri.ToString();
    }
}
