namespace DaprTrading.LocalRuntime.Components;

/// <summary>Settings of <c>pubsub.redis</c>.</summary>
internal sealed record RedisStreamOptions
{
    /// <summary>Fields the component knows besides those of every Redis component.</summary>
    public static readonly string[] Fields =
        ["consumerID", "concurrency", "queueDepth", "processingTimeout", "redeliverInterval", "maxLenApprox", "streamTTL"];

    /// <summary>Most handlers of one consumer group at once.</summary>
    public required int Concurrency { get; init; }

    /// <summary>Entries read at once.</summary>
    public required int QueueDepth { get; init; }

    /// <summary>Longest handling; an entry idle for longer is handled again. Zero: never.</summary>
    public required TimeSpan ProcessingTimeout { get; init; }

    /// <summary>Time between looks at the entries that were not acknowledged. Zero: never.</summary>
    public required TimeSpan RedeliverInterval { get; init; }

    /// <summary>Approximate length streams are trimmed to, less what is unread; zero: not.</summary>
    public required int MaxLenApprox { get; init; }

    /// <summary>Approximate age streams are trimmed to; zero: not.</summary>
    public required TimeSpan StreamTtl { get; init; }

    /// <summary>Longest blocking read; zero: for ever.</summary>
    public required TimeSpan ReadTimeout { get; init; }

    /// <summary>Whether entries that were not acknowledged come again.</summary>
    public bool Reclaims => ProcessingTimeout > TimeSpan.Zero && RedeliverInterval > TimeSpan.Zero;

    public static RedisStreamOptions Read(ComponentSettings settings) => new()
    {
        Concurrency = settings.Int("concurrency", 10, 1, 65_536),
        QueueDepth = settings.Int("queueDepth", 100, 1, 65_536),
        ProcessingTimeout = settings.Duration("processingTimeout", TimeSpan.FromSeconds(60)),
        RedeliverInterval = settings.Duration("redeliverInterval", TimeSpan.FromSeconds(15)),
        MaxLenApprox = settings.Int("maxLenApprox", 0, 0, int.MaxValue),
        StreamTtl = settings.Duration("streamTTL", TimeSpan.Zero),
        ReadTimeout = settings.Duration("readTimeout", TimeSpan.Zero),
    };
}
