namespace DaprTrading.LocalRuntime.Host.Processes;

/// <summary>What to start.</summary>
internal sealed record ProcessSpec
{
    /// <summary>Name in logs and messages, e.g. <c>processing-0</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The command and its arguments, executed as they are.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Working directory.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>Variables added to the inherited environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>User it runs as; null: the runtime's own.</summary>
    public RunAs? RunAs { get; init; }

    /// <summary>The signal that asks it to end.</summary>
    public int StopSignal { get; init; } = Signals.Terminate;
}
