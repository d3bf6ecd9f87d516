using System.Globalization;
using System.Security.Cryptography;

namespace DaprTrading.LocalRuntime.Host.Testing;

/// <summary>How the chaos suite is run. It reads this from its environment.</summary>
/// <param name="Length">How long it disturbs the system at least; null for the suite's own default.</param>
/// <param name="Seed">Its seed; null for the suite's own.</param>
internal sealed record ChaosRun(TimeSpan? Length, int? Seed)
{
    /// <summary>Name of the suite.</summary>
    public const string Suite = "chaos";

    /// <summary>As part of the whole test: short, and the same every time.</summary>
    public static readonly ChaosRun Short = new(null, null);

    private static readonly TimeSpan OfTheSuite = TimeSpan.FromSeconds(25);

    // Starting, catching up, reading, and the same without faults.
    private static readonly TimeSpan Besides = TimeSpan.FromMinutes(30);

    /// <summary>What the options ask for; null when there are none. A long run without a seed gets a new one: it looks for faults nobody has seen.</summary>
    public static ChaosRun? Of(double? minutes, int? seed) => (minutes, seed) switch
    {
        (null, null) => null,
        (null, _) => new ChaosRun(null, seed),
        ({ } length, _) => new ChaosRun(TimeSpan.FromMinutes(length), seed ?? RandomNumberGenerator.GetInt32(1, 1_000_000)),
    };

    /// <summary>How long the suite may take.</summary>
    public TimeSpan Limit(TimeSpan usual) => Length is { } length ? (length * 2) + Besides : usual;

    /// <summary>Hands it to the processes started from here.</summary>
    public void Export(string timeline)
    {
        if (Seed is { } seed) Environment.SetEnvironmentVariable("DAPRTRADING_CHAOS_SEED", seed.ToString(CultureInfo.InvariantCulture));
        if (Length is { } length) Environment.SetEnvironmentVariable("DAPRTRADING_CHAOS_SECONDS", Math.Ceiling(length.TotalSeconds).ToString(CultureInfo.InvariantCulture));
        Environment.SetEnvironmentVariable("DAPRTRADING_CHAOS_TIMELINE", timeline);
    }

    /// <summary>What is said before it begins.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"chaos: seed {Seed?.ToString(CultureInfo.InvariantCulture) ?? "of the suite"}, {(Length ?? OfTheSuite).TotalMinutes:0.##} min of faults at least");
}
