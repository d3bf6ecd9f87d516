using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Serialization.Metadata;

namespace DaprTrading.LocalRuntime.Host.Control;

/// <summary>Talks to the runtime of a data folder.</summary>
internal sealed class ControlClient : IDisposable
{
    private readonly HttpClient _http;

    /// <summary>For a live runtime.</summary>
    public ControlClient(RuntimeRecord runtime)
    {
        Runtime = runtime;
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            BaseAddress = new Uri(runtime.Control),
            Timeout = TimeSpan.FromMinutes(2),
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", runtime.Token);
    }

    /// <summary>The runtime it talks to.</summary>
    public RuntimeRecord Runtime { get; }

    /// <summary>A client for the runtime of a data folder.</summary>
    /// <exception cref="UserException">None runs there.</exception>
    public static ControlClient Connect(DataDirectory data) =>
        new(RuntimeRecord.Find(data) ?? throw new UserException($"Nothing runs on {data.Path}. Start it with ./run up."));

    /// <summary>The state of everything.</summary>
    public async Task<StatusDocument> StatusAsync(CancellationToken cancellationToken) =>
        await _http.GetFromJsonAsync("/status", HostJson.Default.StatusDocument, cancellationToken).ConfigureAwait(false)
            ?? throw new UserException("The runtime answered nothing.");

    /// <summary>Sets the number of instances of an app.</summary>
    public Task<ControlAnswer> ScaleAsync(string app, int instances, CancellationToken cancellationToken) =>
        SendAsync("/scale", new ScaleRequest(app, instances), HostJson.Default.ScaleRequest, cancellationToken);

    /// <summary>Kills a process on purpose.</summary>
    public Task<ControlAnswer> KillAsync(string app, int instance, CancellationToken cancellationToken) =>
        SendAsync("/kill", new KillRequest(app, instance), HostJson.Default.KillRequest, cancellationToken);

    /// <summary>Sends dead letters to the topics they came from.</summary>
    public Task<ControlAnswer> RepublishAsync(string? topic, int? limit, CancellationToken cancellationToken) =>
        SendAsync("/dead-letters/republish", new RepublishRequest(topic, limit), HostJson.Default.RepublishRequest, cancellationToken);

    /// <summary>Asks for the end.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await _http.PostAsync("/stop", content: null, cancellationToken).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<ControlAnswer> SendAsync<T>(string path, T request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await _http.PostAsJsonAsync(path, request, type, cancellationToken).ConfigureAwait(false);
        return await response.Content.ReadFromJsonAsync(HostJson.Default.ControlAnswer, cancellationToken).ConfigureAwait(false)
            ?? new ControlAnswer(false, $"The runtime answered {(int)response.StatusCode}.");
    }
}
