using DaprTrading.Conformance.Staging;

namespace DaprTrading.Conformance.Running;

/// <summary>One observable rule of Dapr's HTTP contract.</summary>
/// <param name="Id">Number, unique and stable.</param>
/// <param name="Title">The rule.</param>
/// <param name="Run">Proves it; throws <see cref="CheckFailedException"/> when the rule does not hold.</param>
public sealed record Check(int Id, string Title, Func<Stage, Task> Run)
{
    /// <summary>Part of the contract.</summary>
    public string Section { get; init; } = "";

    /// <summary>Why the check needs sidecars of its own; null: it runs on the standard sidecar.</summary>
    public string? Own { get; init; }

    /// <summary>Whether it looks into Redis itself.</summary>
    public bool Redis { get; init; }

    /// <summary>Whether it needs a PostgreSQL.</summary>
    public bool Postgres { get; init; }

    /// <summary>Releases of Dapr that have the rule; null: all since 1.15.</summary>
    public Releases? Since { get; init; }

    /// <summary>Why there is nothing to run over HTTP; null: there is.</summary>
    public string? NotOverHttp { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Id:000} {Section}: {Title}";
}

/// <summary>The rule does not hold.</summary>
public sealed class CheckFailedException(string message) : Exception(message);

/// <summary>The rule cannot be checked against this target.</summary>
public sealed class NotApplicableException(string message) : Exception(message);
