using DaprTrading.ServiceDefaults;

namespace DaprTrading.Notification.History;

/// <summary>What has been read. Immutable, bounded.</summary>
/// <param name="UpTo">Everything ingested up to then is read, Unix milliseconds.</param>
/// <param name="Ids">Further notifications that are read, oldest mark first.</param>
/// <param name="Layout">Number of the layout.</param>
internal sealed record ReadMarks(long UpTo, IReadOnlyList<string> Ids, int Layout = 1)
{
    public int Layout { get; init; } = StoredLayout.Checked(Layout, 1, "What has been read");

    /// <summary>Marks kept one by one: more than the history holds.</summary>
    public const int MaxIds = 6_000;

    public static readonly ReadMarks None = new(0, []);

    /// <summary>With further notifications read.</summary>
    public ReadMarks With(IEnumerable<string> ids)
    {
        List<string> all = [.. Ids.Union(ids, StringComparer.Ordinal)];
        return this with { Ids = all.Count <= MaxIds ? all : all[^MaxIds..] };
    }

    /// <summary>With everything read that was ingested up to <paramref name="time"/>.</summary>
    public ReadMarks WithAllUpTo(long time) => new(Math.Max(UpTo, time), []);

    /// <summary>A test for many notifications.</summary>
    public Func<Notice, bool> ToTest()
    {
        var ids = Ids.ToHashSet(StringComparer.Ordinal);
        return notice => notice.IngestedAt <= UpTo || ids.Contains(notice.Id);
    }
}

/// <summary>The body of <c>POST /notifications/read</c>: some, or all.</summary>
internal sealed record ReadRequest(IReadOnlyList<string>? Ids, bool? All);

/// <summary>Answer of <c>POST /notifications/read</c>.</summary>
/// <param name="Unread">Notifications of the history that are still unread.</param>
internal sealed record ReadAnswer(int Unread);
