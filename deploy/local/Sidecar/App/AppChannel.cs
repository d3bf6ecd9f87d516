using System.Collections.Concurrent;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>The HTTP way into one app instance.</summary>
internal sealed class AppChannel : IAppChannel, IDisposable
{
    // Far above what a limited app can work off; beyond it callers had better be told.
    private const int MaxWaiting = 10_000;

    // Most apps are called under a few paths; those with ids in them need not be kept.
    private const int MaxAddresses = 256;
    private static readonly UriCreationOptions AsGiven = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly string _origin;
    private readonly string? _token;
    private readonly HttpMessageInvoker _http;
    private readonly AppRelay _relay;
    private readonly SidecarMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, Uri> _addresses = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim? _places;
    private readonly SemaphoreSlim _broken = new(0);
    private readonly Lock _gate = new();
    private volatile string? _reason = "the app does not listen yet";
    private TaskCompletionSource _up = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _waiting;
    private int _kept;

    public AppChannel(SidecarOptions options, HttpMessageInvoker http, SidecarMetrics metrics, TimeProvider time)
    {
        _metrics = metrics;
        _origin = $"http://{options.AppHost}:{options.AppPort}";
        _token = string.IsNullOrEmpty(options.AppToken) ? null : options.AppToken;
        _http = http;
        _time = time;
        _relay = new AppRelay(options.AppHost, options.AppPort!.Value, _token, time);
        if (options.AppMaxConcurrency is > 0 and { } most) _places = new SemaphoreSlim(most, most);
    }

    public bool Available => _reason is null;

    /// <summary>True when the app runs but its health checks fail.</summary>
    public bool Unhealthy { get; private set; }

    public void SetUp()
    {
        lock (_gate)
        {
            Unhealthy = false;
            _reason = null;
            _up.TrySetResult();
        }
    }

    public void SetDown(string reason, bool unhealthy = false)
    {
        lock (_gate)
        {
            Unhealthy = unhealthy;
            if (_reason is null) _up = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _reason = reason;
        }
    }

    /// <summary>Waits until the app takes calls; false when it does not within <paramref name="limit"/>.</summary>
    public async Task<bool> WaitAvailableAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        Task up;
        lock (_gate) up = _up.Task;
        if (up.IsCompleted) return true;
        if (limit <= TimeSpan.Zero) return false;
        try
        {
            await up.WaitAsync(limit, _time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>Ends when a call broke: the app may be gone.</summary>
    public Task BrokenAsync(CancellationToken cancellationToken) => _broken.WaitAsync(cancellationToken);

    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (_reason is { } reason) throw new AppUnavailableException(reason);
        if (_places is null) return await SendAsync(request, token: true, cancellationToken);

        await TakePlaceAsync(_places, cancellationToken);
        try
        {
            return new PlacedResponse(await SendAsync(request, token: true, cancellationToken), _places);
        }
        catch
        {
            _places.Release();
            throw;
        }
    }

    /// <summary>As <see cref="SendAsync(HttpRequestMessage, CancellationToken)"/>, for a call that is passed on as it is.</summary>
    public async Task<RelayResponse> RelayAsync(RelayRequest request, CancellationToken cancellationToken)
    {
        if (_reason is { } reason) throw new AppUnavailableException(reason);
        if (_places is null) return await ObservedAsync(request, cancellationToken);

        await TakePlaceAsync(_places, cancellationToken);
        try
        {
            RelayResponse response = await ObservedAsync(request, cancellationToken);
            response.Holds(_places);
            return response;
        }
        catch
        {
            _places.Release();
            throw;
        }
    }

    /// <summary>A call that is made whether or not the app is known to be there: start-up calls and probes.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, bool token, CancellationToken cancellationToken)
    {
        request.RequestUri = Address(request.RequestUri!.OriginalString);
        if (token && _token is not null)
        {
            request.Headers.Remove("dapr-api-token");
            request.Headers.TryAddWithoutValidation("dapr-api-token", _token);
        }

        return ObservedAsync(request, cancellationToken);
    }

    public void Dispose()
    {
        _relay.Dispose();
        _places?.Dispose();
    }

    private Uri Address(string pathAndQuery)
    {
        if (_addresses.TryGetValue(pathAndQuery, out Uri? known)) return known;
        var address = new Uri(_origin + pathAndQuery, AsGiven);
        if (_kept < MaxAddresses && _addresses.TryAdd(pathAndQuery, address)) Interlocked.Increment(ref _kept);
        return address;
    }

    private async Task<HttpResponseMessage> ObservedAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        long began = _time.GetTimestamp();
        try
        {
            HttpResponseMessage response = await _http.SendAsync(request, cancellationToken);
            _metrics.Called(request.Method.Method, (int)response.StatusCode, _time.GetElapsedTime(began));
            return response;
        }
        catch (HttpRequestException)
        {
            if (_broken.CurrentCount == 0) _broken.Release();
            throw;
        }
    }

    private async Task<RelayResponse> ObservedAsync(RelayRequest request, CancellationToken cancellationToken)
    {
        long began = _time.GetTimestamp();
        try
        {
            RelayResponse response = await _relay.CallAsync(request, cancellationToken);
            _metrics.Called(request.Method, response.StatusCode, _time.GetElapsedTime(began));
            return response;
        }
        catch (HttpRequestException)
        {
            if (_broken.CurrentCount == 0) _broken.Release();
            throw;
        }
    }

    private async Task TakePlaceAsync(SemaphoreSlim places, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _waiting) > MaxWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            throw new HttpRequestException($"more than {MaxWaiting} calls wait for the app");
        }

        try
        {
            await places.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    // The place is taken until the answer has been read, not only until its headers are there.
    private sealed class PlacedResponse : HttpResponseMessage
    {
        private readonly HttpResponseMessage _inner;
        private SemaphoreSlim? _places;

        public PlacedResponse(HttpResponseMessage inner, SemaphoreSlim places) : base(inner.StatusCode)
        {
            _inner = inner;
            _places = places;
            Version = inner.Version;
            ReasonPhrase = inner.ReasonPhrase;
            Content = inner.Content;
            foreach (var header in inner.Headers.NonValidated) Headers.TryAddWithoutValidation(header.Key, (IEnumerable<string>)header.Value);
        }

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            if (!disposing || Interlocked.Exchange(ref _places, null) is not { } places) return;
            _inner.Dispose();
            places.Release();
        }
    }
}
