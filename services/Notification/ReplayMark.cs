namespace DaprTrading.Notification;

/// <summary>Marks what comes of recorded data, in every channel: nobody shall take it for the market.</summary>
internal static class ReplayMark
{
    /// <summary>A title, behind the mark when its source is a replay.</summary>
    public static string Before(string title, string? source) => IsOn(source) ? "REPLAY " + title : title;

    /// <summary>Whether a source, if there is one, is a replay.</summary>
    public static bool IsOn(string? source) => source is not null && Sources.IsReplay(source);
}
