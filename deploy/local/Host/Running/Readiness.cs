using System.Net;
using DaprTrading.LocalRuntime.Host.Processes;

namespace DaprTrading.LocalRuntime.Host.Running;

/// <summary>Waits until apps really work.</summary>
internal static class Readiness
{
    private const int HopelessRestarts = 5;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits until every instance's sidecar is ready and its app answers its health check.</summary>
    /// <exception cref="UserException">One did not become ready in time; the message holds the end of its log.</exception>
    public static async Task WaitAsync(IReadOnlyCollection<AppInstance> instances, TimeProvider time, Action<string> progress, CancellationToken cancellationToken)
    {
        using HttpClient http = Client();
        await Task.WhenAll(instances.Select(instance => WaitForAsync(instance, http, time, progress, cancellationToken))).ConfigureAwait(false);
    }

    /// <summary>
    /// Waits until the edge answers for what is behind it: an empty list of records is a bad request only after ingestion has seen it.
    /// A demand for a key is an answer too.
    /// </summary>
    /// <exception cref="UserException">It did not answer in time.</exception>
    public static async Task WaitForIngestAsync(AppInstance gateway, TimeProvider time, CancellationToken cancellationToken)
    {
        using HttpClient http = Client();
        var uri = new Uri($"http://127.0.0.1:{gateway.AppPort}/ingest");
        await PollAsync(gateway, time, ProbeAsync, cancellationToken).ConfigureAwait(false);

        async Task<string?> ProbeAsync(CancellationToken limit)
        {
            using var content = new StringContent("[]", new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
            using HttpResponseMessage response = await http.PostAsync(uri, content, limit).ConfigureAwait(false);
            return response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized
                ? null
                : $"POST /ingest with an empty list answered {(int)response.StatusCode}, expected 400";
        }
    }

    private static async Task WaitForAsync(AppInstance instance, HttpClient http, TimeProvider time, Action<string> progress, CancellationToken cancellationToken)
    {
        await PollAsync(instance, time, ProbeAsync, cancellationToken).ConfigureAwait(false);
        progress($"{instance.Name}: ready" + (instance.AppPort is { } port ? $" on port {port}" : ""));

        async Task<string?> ProbeAsync(CancellationToken limit)
        {
            if (instance.AppPort is not { } appPort) return instance.Ready ? null : "its sidecar is not ready";

            using HttpResponseMessage response = await http.GetAsync(new Uri($"http://127.0.0.1:{appPort}/healthz"), limit).ConfigureAwait(false);

            // An app of another maker may have no such endpoint: that it answers is enough then.
            if (!response.IsSuccessStatusCode && response.StatusCode is not (HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented))
            {
                return $"GET /healthz answered {(int)response.StatusCode}";
            }

            return instance.Ready ? null : "its sidecar is not ready";
        }
    }

    private static async Task PollAsync(AppInstance instance, TimeProvider time, Func<CancellationToken, Task<string?>> probe, CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        while (true)
        {
            string? problem = await TryAsync(probe, cancellationToken).ConfigureAwait(false);
            if (problem is null) return;

            if (time.GetElapsedTime(started) > Longest) throw Failed(instance, $"was not ready within {Longest.TotalSeconds:0} s: {problem}");
            if (instance.Restarts >= HopelessRestarts) throw Failed(instance, $"ended {instance.Restarts} times while starting");
            await Task.Delay(Between, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<string?> TryAsync(Func<CancellationToken, Task<string?>> probe, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(5));
        try
        {
            return await probe(limit.Token).ConfigureAwait(false);
        }
        catch (HttpRequestException)
        {
            return "its port does not answer";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "it did not answer within 5 s";
        }
    }

    private static HttpClient Client() => new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });

    private static UserException Failed(AppInstance instance, string what) => new(
        $"{instance.Name} {what}. The end of {instance.LogPath}:\n  " + string.Join("\n  ", RotatingLog.Tail(instance.LogPath, 15)));
}
