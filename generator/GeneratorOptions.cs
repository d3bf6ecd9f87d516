namespace DaprTrading.Generator;

/// <summary>What to generate and how fast.</summary>
internal sealed record GeneratorOptions
{
    public Uri Url { get; init; } = new("http://localhost:5000");

    public string? ApiKey { get; init; }

    /// <summary>Bars per second; 0: as fast as the gateway takes them.</summary>
    public double Rate { get; init; } = 20;

    /// <summary>A number of symbols, or their names separated by commas.</summary>
    public string Symbols { get; init; } = "10";

    public int Sources { get; init; } = 2;

    public int Seed { get; init; } = 1;

    /// <summary>Records per request; 0: chosen by the rate.</summary>
    public int Batch { get; init; }

    /// <summary>Requests under way at once.</summary>
    public int Connections { get; init; } = 16;

    /// <summary>Share of records that are wrong on purpose, 0 to 1.</summary>
    public double Bad { get; init; }

    /// <summary>Other records (orders, sentiment, fundamentals, economy) per bar.</summary>
    public double Events { get; init; } = 0.1;

    /// <summary>Independent draws instead of prices with memory.</summary>
    public bool Plain { get; init; }

    /// <summary>Bars per symbol sent at once at the start, as if the last minutes had been seen.</summary>
    public int FastForward { get; init; } = 250;

    /// <summary>Whether records carry source and sequence, so that a repeated request does no harm.</summary>
    public bool Numbered { get; init; } = true;

    /// <summary>Stop after this many bars; 0: never.</summary>
    public long Count { get; init; }

    /// <summary>Stop after this long; zero: never.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>How long a gateway that is away or busy is waited for.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    public int EffectiveBatch => Batch > 0 ? Batch : (int)Math.Clamp(Rate / 25, 1, 100);
}
