using System.Text.RegularExpressions;

namespace DaprTrading.Tests.Chaos;

/// <summary>A moment between two effects at which something ends.</summary>
/// <param name="Where">Which effects those are.</param>
/// <param name="Ends">Who ends: an app, <see cref="Runtime"/>, or <see cref="Connections"/>.</param>
/// <param name="Bytes">Bytes of the request to Redis that is the first of the two; its reply never arrives.</param>
internal sealed record CrashPoint(string Where, string Ends, string Bytes)
{
    /// <summary>The runtime ends, with every sidecar.</summary>
    public const string Runtime = "runtime";

    /// <summary>Nothing ends but the connections to Redis: what waits for the reply learns that it will not come.</summary>
    public const string Connections = "connections";

    /// <summary>What the request is like, where its bytes are not known.</summary>
    public Regex? Pattern { get; init; }

    /// <summary>What leads there; null: further bars of all feeds. Done again until the request comes.</summary>
    public Func<CancellationToken, Task>? Lead { get; init; }

    /// <summary>What is done when everybody is back.</summary>
    public Func<CancellationToken, Task>? Then { get; init; }
}
