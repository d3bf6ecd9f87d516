using DaprTrading.ServiceDefaults;
using DaprTrading.Visualization.Hubs;
using DaprTrading.Visualization.Status;

namespace DaprTrading.Visualization.Live;

/// <summary>Sends what has gathered to the browsers: points, signals and notifications every 50 ms, the rest less often.</summary>
internal sealed class Broadcaster(
    LiveBoard board, Clients clients, StatusReader status, LatencyWindow latency, VisualizationMetrics metrics, ServiceInstance instance,
    TimeProvider time, ILogger<Broadcaster> logger) : BackgroundService
{
    private const int TicksPerQuote = 2;
    private const int TicksPerSummary = 20;
    private const int TicksPerStatus = 40;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);
    private long _ticks;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Tick, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await SendAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            logger.BroadcasterStopped();
        }
    }

    /// <summary>One turn.</summary>
    internal async Task SendAsync(CancellationToken cancellationToken)
    {
        _ticks++;
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        SendPoints(now);
        Send("signals", board.TakeSignals(), conflated: false);
        Send("notifications", board.TakeNotices(), conflated: false);
        if (_ticks % TicksPerQuote == 0)
        {
            Send("quotes", [.. board.Feeds.Select(feed => feed.TakeQuote(now)).OfType<Quote>()], conflated: true);
        }

        if (_ticks % TicksPerSummary == 0)
        {
            Send("summaries", [.. board.Feeds.Select(feed => feed.TakeSummary()).OfType<SymbolSummary>()], conflated: false);
            Send("marketEvents", board.TakeEvents(), conflated: true);
        }

        if (_ticks % TicksPerStatus == 0 && clients.Count > 0)
        {
            clients.Send("status", await status.ReadAsync(cancellationToken), conflated: true);
        }
    }

    private void SendPoints(long now)
    {
        foreach (SymbolFeed feed in board.Feeds)
        {
            foreach (PointsMessage message in feed.TakePoints(now))
            {
                clients.Send("points", message, conflated: false, feed.Symbol);
                foreach (IndicatorPoint point in message.Points)
                {
                    // A replica that joins reads what the broker still has: how old that is says nothing about the way to the screen.
                    if (point.IngestedAt < instance.StartedAt) continue;
                    latency.Add(now, now - point.IngestedAt);
                    metrics.Took(Math.Max(0, now - point.IngestedAt));
                }

                metrics.Pushed(message.Points.Count);
            }
        }
    }

    private void Send<T>(string method, T[] items, bool conflated)
    {
        if (items.Length > 0)
        {
            clients.Send(method, items, conflated);
        }
    }
}

internal static partial class BroadcasterLog
{
    [LoggerMessage(8201, LogLevel.Debug, "Nothing more is sent to browsers: the process ends")]
    public static partial void BroadcasterStopped(this ILogger logger);
}
