using System.Net;
using DaprTrading.LocalRuntime.Host.Processes;
using DaprTrading.LocalRuntime.Host.Running;

namespace DaprTrading.LocalRuntime.Host.RealDapr;

/// <summary>An app under a real Dapr.</summary>
/// <param name="AppId">Its id.</param>
/// <param name="AppPort">Where it listens; null: nowhere.</param>
/// <param name="SidecarPort">Where its sidecar's HTTP API is.</param>
internal sealed record DaprApp(string AppId, int? AppPort, int SidecarPort);

/// <summary>Waits until the apps under a real Dapr work, as far as it can be seen from outside.</summary>
internal static class DaprReadiness
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// Waits until every app answers, its sidecar has begun with its subscriptions and actors, and the gateway answers for what is behind it: a
    /// broker such as RabbitMQ drops what is published before there is a queue for it.
    /// </summary>
    /// <exception cref="UserException">A process ended, or the time is over; the message holds the end of a log.</exception>
    public static async Task WaitAsync(
        IEnumerable<DaprApp> apps, Func<IReadOnlyList<SupervisedProcess>> processes, TimeProvider time, Action<string> progress, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(5) };
        long started = time.GetTimestamp();
        foreach (DaprApp app in apps.OrderBy(app => app.AppId == WellKnownApps.Gateway))
        {
            while (await ProblemAsync(http, app, cancellationToken).ConfigureAwait(false) is { } problem)
            {
                if (processes().FirstOrDefault(process => process.LastExitCode is not null) is { } ended) throw Failed(ended, $"ended with code {ended.LastExitCode}");
                if (time.GetElapsedTime(started) > Longest) throw Failed(Of(app, processes()), $"runs, but {problem} within {Longest.TotalMinutes:0} minutes");
                await Task.Delay(Between, time, cancellationToken).ConfigureAwait(false);
            }

            progress($"{app.AppId}: ready" + (app.AppPort is { } port ? $" on port {port}" : ""));
        }
    }

    /// <summary>What does not work yet; null: it works.</summary>
    private static async Task<string?> ProblemAsync(HttpClient http, DaprApp app, CancellationToken cancellationToken)
    {
        if (app.AppPort is { } port && !await AnswersAsync(http, $"http://127.0.0.1:{port}/healthz", IsAlive, cancellationToken).ConfigureAwait(false))
        {
            return $"{app.AppId} did not answer on port {port}";
        }

        string healthz = $"http://127.0.0.1:{app.SidecarPort}/v1.0/healthz?appid={app.AppId}";
        if (!await AnswersAsync(http, healthz, static status => status == HttpStatusCode.NoContent, cancellationToken).ConfigureAwait(false))
        {
            return $"the sidecar of {app.AppId} was not ready (GET {healthz})";
        }

        if (app.AppId != WellKnownApps.Gateway || app.AppPort is not { } edge) return null;

        // An empty list is a bad request only after ingestion has seen it: both sidecars work.
        return await AnswersAsync(http, $"http://127.0.0.1:{edge}/ingest", static status => status is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized, cancellationToken, "[]").ConfigureAwait(false)
            ? null
            : $"{app.AppId} did not reach what is behind it";
    }

    // An app of another maker may have no such endpoint: that it answers is enough then.
    private static bool IsAlive(HttpStatusCode status) =>
        (int)status is >= 200 and < 300 || status is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented;

    private static async Task<bool> AnswersAsync(HttpClient http, string url, Func<HttpStatusCode, bool> wanted, CancellationToken cancellationToken, string? json = null)
    {
        using var request = new HttpRequestMessage(json is null ? HttpMethod.Get : HttpMethod.Post, new Uri(url));
        if (json is not null) request.Content = new StringContent(json, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
        try
        {
            using HttpResponseMessage response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            return wanted(response.StatusCode);
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    private static SupervisedProcess Of(DaprApp app, IReadOnlyList<SupervisedProcess> processes) =>
        processes.FirstOrDefault(process => process.Spec.Name == app.AppId + "-daprd") ?? processes[0];

    private static UserException Failed(SupervisedProcess process, string what) => new(
        $"{process.Spec.Name} {what}. The end of {process.LogPath}:\n  " + string.Join("\n  ", RotatingLog.Tail(process.LogPath, 15)));
}
