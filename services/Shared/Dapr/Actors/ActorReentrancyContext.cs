namespace Dapr.Actors;

/// <summary>The chain of calls the current turn belongs to; calls made during the turn carry it on.</summary>
internal static class ActorReentrancyContext
{
    private static readonly AsyncLocal<string?> _current = new();

    public static string? Current
    {
        get => _current.Value;
        set => _current.Value = value;
    }
}
