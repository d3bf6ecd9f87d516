namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>App health checks: one good answer makes an app healthy, several bad ones in a row unhealthy.</summary>
internal sealed class AppHealthProbe(AppChannel channel, AppHealthOptions options, SidecarMetrics metrics, TimeProvider time)
{
    private readonly Uri _path = new(options.Path.StartsWith('/') ? options.Path : "/" + options.Path, UriKind.Relative);

    /// <summary>Probes at once, then every interval, until an answer is good.</summary>
    public async Task WaitHealthyAsync(CancellationToken cancellationToken)
    {
        while (!await ProbeAsync(cancellationToken)) await Task.Delay(options.Interval, time, cancellationToken);
    }

    /// <summary>Probes every interval until as many answers in a row were bad as the threshold says.</summary>
    public async Task WaitUnhealthyAsync(CancellationToken cancellationToken)
    {
        int failures = 0;
        while (failures < options.Threshold)
        {
            await Task.Delay(options.Interval, time, cancellationToken);
            failures = await ProbeAsync(cancellationToken) ? 0 : failures + 1;
        }
    }

    private async Task<bool> ProbeAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.Timeout);
        using var request = new HttpRequestMessage(HttpMethod.Get, _path);
        long began = time.GetTimestamp();
        try
        {
            using HttpResponseMessage response = await channel.SendAsync(request, token: false, limit.Token);
            metrics.Probed((int)response.StatusCode, time.GetElapsedTime(began));
            return response.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
