using Dapr.Client;
using DaprTrading.Contracts;
using DaprTrading.ServiceDefaults;

namespace DaprTrading.Processing.Symbols;

/// <summary>Makes points known to everybody.</summary>
internal interface IIndicatorPublisher
{
    /// <summary>Returns when the broker has all of <paramref name="points"/>; throws when it does not take them.</summary>
    Task PublishAsync(string symbol, IndicatorPoint? previous, IReadOnlyList<IndicatorPoint> points, CancellationToken cancellationToken);
}

/// <summary>Publishes points in events of bounded size, one after the other.</summary>
internal sealed class IndicatorPublisher(DaprClient dapr, HandledMark mark) : IIndicatorPublisher
{
    public async Task PublishAsync(
        string symbol, IndicatorPoint? previous, IReadOnlyList<IndicatorPoint> points, CancellationToken cancellationToken)
    {
        foreach (IndicatorBatch batch in IndicatorBatches.Of(symbol, previous, points))
            await dapr.PublishEventAsync(PubSubNames.Bus, Topics.Indicators, batch, cancellationToken);
        if (points.Count > 0)
            mark.Published(points[^1].IngestedAt);
    }
}

internal static class IndicatorBatches
{
    /// <summary>500 points are some 300 kB of JSON; brokers commonly take 1 MB.</summary>
    public const int MaxPoints = 500;

    /// <summary>Cuts points into events, each of which carries the point before its first.</summary>
    public static IEnumerable<IndicatorBatch> Of(string symbol, IndicatorPoint? previous, IReadOnlyList<IndicatorPoint> points)
    {
        if (points.Count is > 0 and <= MaxPoints)
        {
            yield return new IndicatorBatch(symbol, previous, points);
            yield break;
        }

        for (int start = 0; start < points.Count; start += MaxPoints)
        {
            List<IndicatorPoint> part = [.. points.Skip(start).Take(MaxPoints)];
            yield return new IndicatorBatch(symbol, previous, part);
            previous = part[^1];
        }
    }
}
