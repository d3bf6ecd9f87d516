namespace DaprTrading.Tests.Chaos;

/// <summary>
/// Faults without end, from a seed: one shuffled deck after the other, each of which kills every service, Redis and the runtime, stops some of them, scales
/// one service up and down again and slows Redis down. The long version's decks also hold faults that last longer than anything waits.
/// </summary>
internal sealed class FaultPlan(ChaosOptions options)
{
    /// <summary>Every service.</summary>
    public static readonly IReadOnlyList<string> Apps =
        ["gateway", "ingestion", "processing", "signals", "notification", "aggregator", "visualization", "dataset"];

    /// <summary>A pause longer than deliveries (60 s), and at most as long as the longest wait for a missing point (2 min) and a bit.</summary>
    public static readonly (TimeSpan Least, TimeSpan Most) LongPause = (TimeSpan.FromSeconds(70), TimeSpan.FromSeconds(130));

    /// <summary>Longer than the longest wait for a missing point.</summary>
    public static readonly (TimeSpan Least, TimeSpan Most) LongAbsence = (TimeSpan.FromSeconds(125), TimeSpan.FromSeconds(150));

    /// <summary>Services that read events: they are worth being away for long.</summary>
    private static readonly string[] Readers = ["processing", "aggregator", "signals", "notification"];

    private static readonly string[] Scalable = ["processing", "aggregator", "signals", "ingestion", "notification", "gateway"];
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(200), Overhead = TimeSpan.FromMilliseconds(600);

    private readonly Random _random = new(options.Seed);

    public IEnumerable<Fault> Faults()
    {
        while (true)
        {
            foreach (Fault fault in Pair(Shuffle(Deck()))) yield return fault;
        }
    }

    /// <summary>About how long the first deck takes.</summary>
    public static TimeSpan LengthOfDeck(ChaosOptions options)
    {
        TimeSpan length = TimeSpan.Zero;
        foreach (Fault fault in new FaultPlan(options).Faults())
        {
            length += fault.Length + fault.After + Overhead;
            if (fault.EndsDeck) break;
        }

        return length;
    }

    private List<Fault> Deck()
    {
        var deck = new List<Fault>();
        deck.AddRange(Apps.Select(app => New(FaultKind.KillApp, app)));
        string[] paused = [.. Apps];
        _random.Shuffle(paused);
        deck.AddRange(paused.Take(options.PausedApps).Select(app => New(FaultKind.PauseApp, app)));
        string scaled = Scalable[_random.Next(Scalable.Length)];
        deck.AddRange([New(FaultKind.Scale, scaled), New(FaultKind.Scale, scaled)]);
        deck.AddRange(((FaultKind[])[FaultKind.KillRedis, FaultKind.PauseRedis, FaultKind.SlowRedis, FaultKind.KillRuntime, FaultKind.PauseRuntime]).Select(kind => New(kind, "")));
        if (!options.HasLongFaults) return deck;

        deck.Add(New(FaultKind.PauseApp, Readers[_random.Next(Readers.Length)]) with { Length = Between(LongPause.Least, LongPause.Most) });
        deck.Add(New(FaultKind.KillRuntime, "") with { Length = Between(LongAbsence.Least, LongAbsence.Most) });
        return deck;
    }

    private Fault New(FaultKind kind, string app) => new(
        kind, app, _random.NextDouble(), 1, kind is FaultKind.KillApp or FaultKind.KillRedis or FaultKind.Scale ? TimeSpan.Zero : Between(Shortest, options.LongestPause),
        Between(TimeSpan.FromMilliseconds(100), options.LongestRest));

    private Fault[] Shuffle(List<Fault> deck)
    {
        Fault[] shuffled = [.. deck];
        _random.Shuffle(shuffled);
        int up = Array.FindIndex(shuffled, fault => fault.Kind == FaultKind.Scale);
        shuffled[up] = shuffled[up] with { Instances = _random.Next(2, 4) };
        return shuffled;
    }

    /// <summary>Some faults of apps come together with the next one. What looks for process ids needs the runtime: nothing goes along with its end or its pause.</summary>
    private IEnumerable<Fault> Pair(Fault[] deck)
    {
        for (int i = 0; i < deck.Length; i++)
        {
            Fault? next = i + 1 < deck.Length ? deck[i + 1] : null;
            bool together = deck[i].IsOfApp && next is { IsOfApp: true } && next.App != deck[i].App && _random.Next(2) == 0;
            Fault fault = together ? deck[i] with { Along = next } : deck[i];
            if (together) i++;
            yield return fault with { EndsDeck = i == deck.Length - 1 };
        }
    }

    private TimeSpan Between(TimeSpan least, TimeSpan most) => least + ((most - least) * _random.NextDouble());
}
