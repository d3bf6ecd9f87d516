using DaprTrading.ServiceDefaults;

namespace DaprTrading.Visualization.DeadLetters;

/// <summary>Events no service could handle. <c>deadLetters</c> of <c>GET /api/status</c>, and what the state store keeps. Immutable.</summary>
/// <param name="Total">How many there are.</param>
/// <param name="ByTopic">The same by the topic they were published to; topics without any are left out.</param>
/// <param name="Recent">The newest, newest first; at most 50.</param>
/// <param name="Layout">Number of the layout as it is stored.</param>
internal sealed record DeadLetterList(int Total, IReadOnlyDictionary<string, int> ByTopic, IReadOnlyList<DeadLetter> Recent, int Layout = 1)
{
    public int Layout { get; init; } = StoredLayout.Checked(Layout, 1, "The list of dead letters");

    /// <summary>Most events shown.</summary>
    public const int MaxRecent = 50;

    /// <summary>None at all.</summary>
    public static DeadLetterList Empty { get; } = new(0, new Dictionary<string, int>(StringComparer.Ordinal), []);

    /// <summary>With one more; an event that is among the newest already, given up by another service or delivered twice, counts once.</summary>
    public DeadLetterList With(DeadLetter letter)
    {
        bool isKnown = letter.Id.Length > 0 && Recent.Any(known => known.Id == letter.Id && known.Topic == letter.Topic);
        return isKnown ? this : Of(Counted(letter.Topic, ByTopic.GetValueOrDefault(letter.Topic) + 1), [letter, .. Recent.Take(MaxRecent - 1)]);
    }

    /// <summary>Without those that were sent back to their topic. How many are left is taken from whoever keeps them.</summary>
    public DeadLetterList Without(DeadLettersRepublished republished)
    {
        var ids = republished.Ids.ToHashSet(StringComparer.Ordinal);
        string topic = Topics.WithDeadLetters.FirstOrDefault(known => Topics.DeadLetter(known) == republished.Topic) ?? republished.Topic;
        bool none = republished.Remaining <= 0;
        return Of(Counted(topic, republished.Remaining), [.. Recent.Where(letter => letter.Topic != topic || !(none || ids.Contains(letter.Id)))]);
    }

    private static DeadLetterList Of(SortedDictionary<string, int> byTopic, IReadOnlyList<DeadLetter> recent) => new(byTopic.Values.Sum(), byTopic, recent);

    private SortedDictionary<string, int> Counted(string topic, int count)
    {
        var counts = new SortedDictionary<string, int>(ByTopic.ToDictionary(), StringComparer.Ordinal);
        if (count > 0) counts[topic] = count;
        else counts.Remove(topic);
        return counts;
    }
}
