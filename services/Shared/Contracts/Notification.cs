namespace DaprTrading.Contracts;

/// <summary>Something people should know now. Topic <c>notifications</c>.</summary>
/// <param name="Id">Derived from its cause (<c>signal:{signal id}</c>, <c>alert:{rule id}:{symbol}:{n}</c>), so repeats are recognised.</param>
/// <param name="Kind"><c>signal</c>, <c>alert</c> or <c>system</c>.</param>
/// <param name="Title">One line.</param>
/// <param name="Text">The reasons, in words.</param>
/// <param name="Time">Time of the bar that caused it, Unix milliseconds, UTC.</param>
/// <param name="Symbol">Canonical symbol; null when it concerns none.</param>
/// <param name="Side">Direction; null when it has none.</param>
/// <param name="SignalId">The signal behind it; null for alerts.</param>
/// <param name="RuleId">The alert rule behind it; null for signals.</param>
/// <param name="IngestedAt">When the edge accepted the bar that caused it, Unix milliseconds, UTC.</param>
/// <param name="Read">Whether somebody marked it as read.</param>
/// <param name="Source">Source of the bar that caused it; null when there is none, or several, and of those written before sources were named.</param>
public sealed record Notification(
    string Id, string Kind, string Title, string Text, long Time, string? Symbol, Side? Side, string? SignalId, string? RuleId,
    long IngestedAt, bool Read, string? Source = null);
