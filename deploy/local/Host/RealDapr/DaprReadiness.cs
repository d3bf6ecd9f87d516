using System.Net;
using DaprTrading.LocalRuntime.Host.Processes;
using DaprTrading.LocalRuntime.Host.Running;

namespace DaprTrading.LocalRuntime.Host.RealDapr;

/// <summary>Waits until the apps under a real Dapr work, as far as it can be seen from outside.</summary>
internal static class DaprReadiness
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(200);

    /// <summary>Waits until every app answers on its port, and the gateway for what is behind it.</summary>
    /// <exception cref="UserException">A process ended, or the time is over; the message holds the end of a log.</exception>
    public static async Task WaitAsync(
        IReadOnlyDictionary<string, int> ports, Func<IReadOnlyList<SupervisedProcess>> processes, TimeProvider time, Action<string> progress, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(5) };
        long started = time.GetTimestamp();
        foreach (var (app, port) in ports.OrderBy(app => app.Key == WellKnownApps.Gateway))
        {
            while (!await AnswersAsync(http, app, port, cancellationToken).ConfigureAwait(false))
            {
                if (processes().FirstOrDefault(process => process.LastExitCode is not null) is { } ended) throw Failed(ended, $"ended with code {ended.LastExitCode}");
                if (time.GetElapsedTime(started) > Longest) throw Failed(processes()[0], $"runs, but {app} did not answer on port {port} within {Longest.TotalMinutes:0} minutes");
                await Task.Delay(Between, time, cancellationToken).ConfigureAwait(false);
            }

            progress($"{app}: ready on port {port}");
        }
    }

    private static async Task<bool> AnswersAsync(HttpClient http, string app, int port, CancellationToken cancellationToken)
    {
        try
        {
            if (app != WellKnownApps.Gateway)
            {
                using HttpResponseMessage health = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/healthz"), cancellationToken).ConfigureAwait(false);
                return health.IsSuccessStatusCode || health.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented;
            }

            // An empty list is a bad request only after ingestion has seen it: both sidecars work.
            using var content = new StringContent("[]", new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
            using HttpResponseMessage ingest = await http.PostAsync(new Uri($"http://127.0.0.1:{port}/ingest"), content, cancellationToken).ConfigureAwait(false);
            return ingest.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized;
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    private static UserException Failed(SupervisedProcess process, string what) => new(
        $"{process.Spec.Name} {what}. The end of {process.LogPath}:\n  " + string.Join("\n  ", RotatingLog.Tail(process.LogPath, 15)));
}
