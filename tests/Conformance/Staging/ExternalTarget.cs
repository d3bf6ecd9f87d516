using System.Text.Json;
using DaprTrading.Conformance.Running;

namespace DaprTrading.Conformance.Staging;

/// <summary>A sidecar somebody else runs: it cannot be restarted with other flags.</summary>
public sealed class ExternalTarget : ITarget
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(60);
    private readonly Node _web;
    private readonly Lazy<Task> _ready;

    private ExternalTarget(Node web, string? redis)
    {
        _web = web;
        Redis = redis;
        _ready = new Lazy<Task>(WaitAsync);
    }

    /// <inheritdoc/>
    public bool StartsSidecars => false;

    /// <inheritdoc/>
    public string? Redis { get; }

    /// <inheritdoc/>
    public string? Postgres => null;

    /// <inheritdoc/>
    public string? Release { get; private set; }

    /// <summary>Listens on the app's port, so that the sidecar can get ready.</summary>
    public static async Task<ITarget> CreateAsync(Arguments arguments)
    {
        if (arguments.Http is not { } address || !Uri.TryCreate("http://" + address, UriKind.Absolute, out Uri? http))
        {
            throw new FormatException("--http HOST:PORT is required: the address of the sidecar to check");
        }

        ScriptedApp app = StandardApp.Create();
        await app.ListenAsync(arguments.AppPort, CancellationToken.None).ConfigureAwait(false);
        return new ExternalTarget(new Node(StandardComponents.AppId, http, app), arguments.Redis);
    }

    /// <inheritdoc/>
    public async Task<Node> StandardAsync(CancellationToken cancellationToken)
    {
        await _ready.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        return _web;
    }

    /// <inheritdoc/>
    public Task<IWorld> StartAsync(IReadOnlyList<string> resources, IReadOnlyDictionary<string, string>? variables, CancellationToken cancellationToken) =>
        throw new NotApplicableException("needs sidecars of its own");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _web.Dispose();
        await _web.App.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Waits until the sidecar is ready and looks whether it is the one the checks are for: each of them would fail for the same reason.</summary>
    private async Task WaitAsync()
    {
        if (!await Waiting.ReadyAsync(_web, LongestStart, CancellationToken.None).ConfigureAwait(false))
        {
            throw new CheckFailedException($"{_web.Http}v1.0/healthz did not answer 204 within {LongestStart.TotalSeconds:0} s");
        }

        JsonElement metadata = (await _web.Get("/v1.0/metadata").ConfigureAwait(false)).Is(200).Json;
        if (StandardComponents.Missing(metadata) is { } problem) throw new CheckFailedException($"{_web.Http} is not the sidecar to check: {problem}");
        Release = metadata.TryGetProperty("runtimeVersion", out JsonElement version) ? version.GetString() : null;
    }
}
