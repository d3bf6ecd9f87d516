using Microsoft.AspNetCore.Http;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>One call of a sidecar's API.</summary>
internal sealed class ApiContext(HttpContext http, LocalSidecar sidecar, string path, TraceContext trace)
{
    public HttpContext Http { get; } = http;

    public LocalSidecar Sidecar { get; } = sidecar;

    /// <summary>Cleaned path, still escaped.</summary>
    public string Path { get; } = path;

    /// <summary>The span of this call.</summary>
    public TraceContext Trace { get; } = trace;

    public string AppId => Sidecar.Options.AppId;

    public Task<ReadOnlyMemory<byte>> ReadBodyAsync() => DaprHttp.ReadBodyAsync(Http, Sidecar.Options.MaxBodySize);
}

/// <summary>A path part carries an invalid percent escape.</summary>
internal sealed class InvalidEscapeException(string part) : Exception($"invalid URL escape in \"{part}\"");
