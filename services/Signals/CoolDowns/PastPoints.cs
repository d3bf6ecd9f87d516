using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Dapr.Client;
using DaprTrading.Contracts;

namespace DaprTrading.Signals.CoolDowns;

/// <summary>The points of a symbol before those of a delivery.</summary>
internal interface IPastPoints
{
    /// <summary>Points from an index up to another, ascending; those that are no longer kept are missing.</summary>
    /// <returns>Null when the series has not come that far where it is kept, or nobody answers.</returns>
    Task<IReadOnlyList<IndicatorPoint>?> ReadAsync(string symbol, long from, long to, CancellationToken cancellationToken);
}

/// <summary>Asks the aggregator, which gets the same points on its own way and may be a little behind. Thread-safe.</summary>
internal sealed class PastPoints : IPastPoints, IDisposable
{
    private static readonly JsonTypeInfo<List<IndicatorPoint>> Points = ContractsJson.Default.ListIndicatorPoint;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2), AfterFailure = TimeSpan.FromMilliseconds(250);

    private readonly HttpClient _aggregator;
    private readonly TimeProvider _time;
    private readonly ILogger<PastPoints> _logger;
    private volatile bool _failing;
    private long _failedAt;

    public PastPoints(DaprClient dapr, TimeProvider time, ILogger<PastPoints> logger)
    {
        (_time, _logger) = (time, logger);
        _aggregator = dapr.CreateInvokableHttpClient(AppIds.Aggregator);
        _aggregator.Timeout = Patience;
    }

    public async Task<IReadOnlyList<IndicatorPoint>?> ReadAsync(string symbol, long from, long to, CancellationToken cancellationToken)
    {
        // A delivery may ask for many symbols: it does not wait for each of them while nobody answers.
        if (_failing && _time.GetElapsedTime(Volatile.Read(ref _failedAt)) < AfterFailure)
            return null;
        try
        {
            List<IndicatorPoint>? points = await AskAsync(symbol, from, to, cancellationToken);
            _failing = false;
            return points is { Count: > 0 } && points[^1].N >= to ? points : null;
        }
        catch (Exception e) when (e is HttpRequestException or JsonException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            if (!_failing)
                _logger.NoEarlierPoints(e);
            Volatile.Write(ref _failedAt, _time.GetTimestamp());
            _failing = true;
            return null;
        }
    }

    public void Dispose() => _aggregator.Dispose();

    private async Task<List<IndicatorPoint>?> AskAsync(string symbol, long from, long to, CancellationToken cancellationToken)
    {
        string path = string.Create(CultureInfo.InvariantCulture, $"symbols/{Uri.EscapeDataString(symbol)}/indicators?fromN={from}&limit={to - from + 1}");
        using HttpResponseMessage response = await _aggregator.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        if (response.StatusCode == System.Net.HttpStatusCode.NotFound)
            return null;
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync(Points, cancellationToken);
    }
}

internal static partial class PastPointsLog
{
    [LoggerMessage(3021, LogLevel.Warning, "The aggregator does not answer; events of strategies that look back come again until it does")]
    public static partial void NoEarlierPoints(this ILogger logger, Exception exception);
}
