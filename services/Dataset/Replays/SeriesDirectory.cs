using System.Collections.Concurrent;
using System.Net;
using Dapr.Client;
using DaprTrading.Contracts;
using Microsoft.Extensions.Options;

namespace DaprTrading.Dataset.Replays;

/// <summary>Decides once to which series the bars of a replay go, so that neither live bars nor another replay share it.</summary>
/// <remarks>The aggregator knows which symbols have points; what was chosen but has none yet is in a list that replays change by compare-and-swap.</remarks>
internal sealed class SeriesDirectory : IDisposable
{
    private const int MaxReserved = 20_000;
    private const int Parallelism = 8;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);
    private readonly ReplayStore _store;
    private readonly TimeSpan _settle;
    private readonly TimeProvider _time;
    private readonly HttpClient _aggregator;

    public SeriesDirectory(DaprClient dapr, ReplayStore store, IOptions<DatasetOptions> options, TimeProvider time)
    {
        (_store, _settle, _time) = (store, options.Value.SettleTime, time);
        _aggregator = dapr.CreateInvokableHttpClient(AppIds.Aggregator);
        _aggregator.Timeout = Limit;
    }

    /// <summary>The series of a replay's current source: those decided before, else new ones.</summary>
    /// <exception cref="HttpRequestException">The aggregator does not answer; it may later.</exception>
    public async Task<IReadOnlyList<ReplaySeries>> OfAsync(Replay replay, IReadOnlyList<string> symbols, CancellationToken cancellationToken)
    {
        if (await _store.SeriesAsync(replay.Source, cancellationToken) is { } decided) return decided;

        // A replay that an earlier version began has sent bars under the names of its files.
        bool asInFile = replay.Append || replay.Position > replay.Base;
        if (!asInFile) await SettleAsync(symbols, cancellationToken);
        IReadOnlyList<ReplaySeries> series = await ReserveAsync(replay.Source, symbols, asInFile, cancellationToken);
        await _store.SaveSeriesAsync(replay.Source, series, cancellationToken);
        return series;
    }

    /// <summary>Gives the names of a source back of which the gateway took no bar.</summary>
    public async Task<bool> ReleaseAsync(string source, CancellationToken cancellationToken)
    {
        while (true)
        {
            (IReadOnlyList<ReservedName> reserved, string etag) = await _store.ReservedAsync(cancellationToken);
            ReservedName[] after = [.. reserved.Where(one => one.Source != source)];
            if (after.Length == reserved.Count || await _store.TryReserveAsync(after, etag, cancellationToken)) return true;
        }
    }

    public void Dispose() => _aggregator.Dispose();

    // A symbol without points may have bars on their way: a producer that began a moment ago.
    private async Task SettleAsync(IReadOnlyList<string> symbols, CancellationToken cancellationToken)
    {
        if ((await WithBarsAsync(symbols, cancellationToken)).Count < symbols.Count) await Task.Delay(_settle, _time, cancellationToken);
    }

    private async Task<IReadOnlyList<ReplaySeries>> ReserveAsync(string source, IReadOnlyList<string> symbols, bool asInFile, CancellationToken cancellationToken)
    {
        while (true)
        {
            (IReadOnlyList<ReservedName> reserved, string etag) = await _store.ReservedAsync(cancellationToken);
            HashSet<string> mine = [.. reserved.Where(one => one.Source == source).Select(one => one.Name)];
            HashSet<string> others = [.. reserved.Where(one => one.Source != source).Select(one => one.Name)];
            IReadOnlyList<ReplaySeries> series = asInFile
                ? [.. symbols.Select(symbol => new ReplaySeries(symbol, symbol))]
                : await SeriesNames.ChooseAsync(symbols, mine, others, names => WithBarsAsync(names, cancellationToken));

            // The oldest go: by now the aggregator knows their points.
            ReservedName[] added = [.. series.Where(one => !mine.Contains(one.Name)).Select(one => new ReservedName(one.Name, source))];
            ReservedName[] after = [.. reserved.TakeLast(Math.Max(0, MaxReserved - added.Length)), .. added];
            if (await _store.TryReserveAsync(after, etag, cancellationToken)) return series;
        }
    }

    private async Task<IReadOnlySet<string>> WithBarsAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var found = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        var bounds = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(names, bounds, async (name, token) =>
        {
            if (await HasBarsAsync(name, token)) found[name] = true;
        });
        return found.Keys.ToHashSet(StringComparer.Ordinal);
    }

    private async Task<bool> HasBarsAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            using HttpResponseMessage response = await _aggregator.GetAsync("symbols/" + Uri.EscapeDataString(name), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return response.StatusCode switch
            {
                HttpStatusCode.OK => true,
                HttpStatusCode.NotFound => false,
                _ => throw new HttpRequestException($"The aggregator answered {(int)response.StatusCode}.", null, response.StatusCode),
            };
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException($"The aggregator did not answer within {Limit.TotalSeconds:0} s.", e);
        }
    }
}
