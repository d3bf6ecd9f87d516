using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>What a sidecar asks its app at start-up.</summary>
internal sealed class AppQuestions(LocalSidecar sidecar, ILogger logger)
{
    private static readonly TimeSpan BuiltInLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(30);

    /// <summary><c>GET /dapr/config</c>: one try, any failure means no hosted actor types.</summary>
    public async Task<AppConfiguration> ConfigurationAsync(CancellationToken cancellationToken)
    {
        if (sidecar.Options.DisabledInitEndpoints.Contains("config")) return new AppConfiguration();
        try
        {
            (HttpStatusCode status, ReadOnlyMemory<byte> body) = await GetAsync("/dapr/config", cancellationToken);
            if (status != HttpStatusCode.OK) return new AppConfiguration();
            return body.IsEmpty ? new AppConfiguration() : AppConfigurationReader.Read(body);
        }
        catch (Exception e) when (IsFailure(e, cancellationToken))
        {
            AppLog.NoConfiguration(logger, e.Message);
            return new AppConfiguration();
        }
    }

    /// <summary>The app's subscriptions with the declarative ones; empty when something is wrong with them.</summary>
    public async Task<IReadOnlyList<SubscriptionPlan>> SubscriptionsAsync(CancellationToken cancellationToken)
    {
        string appId = sidecar.Options.AppId;
        if (!sidecar.Services.Registry.ForApp(appId).Any(component => component is IPubSub)) return [];
        try
        {
            List<DeclarativeSubscription> programmatic =
                sidecar.Options.DisabledInitEndpoints.Contains("subscribe") ? [] : await AskAsync(cancellationToken);
            return SubscriptionReader.Join(
                programmatic, sidecar.Services.Declared, appId, skipped => SubscribeLog.Skipped(logger, skipped.PubSubName, skipped.Topic));
        }
        catch (Exception e) when (e is CelSyntaxException || IsFailure(e, cancellationToken))
        {
            AppLog.NoSubscriptions(logger, e.Message);
            return [];
        }
    }

    private async Task<List<DeclarativeSubscription>> AskAsync(CancellationToken cancellationToken)
    {
        TimeProvider time = sidecar.Services.Time;
        long started = time.GetTimestamp();
        RetrySchedule schedule = sidecar.Services.Resiliency.InitializationRetries(sidecar.Options.AppId);
        bool builtIn = schedule == RetrySchedule.BuiltInInitialization;
        for (int retry = 0; ; retry++)
        {
            try
            {
                (HttpStatusCode status, ReadOnlyMemory<byte> body) = await GetAsync("/dapr/subscribe", cancellationToken);
                if (status == HttpStatusCode.OK) return SubscriptionReader.Read(body);
                if (status != HttpStatusCode.NotFound) AppLog.SubscribeRefused(logger, (int)status);
                return [];
            }
            catch (Exception e) when (e is not JsonException && IsFailure(e, cancellationToken)
                && schedule.DelayBefore(retry) is not null && (!builtIn || time.GetElapsedTime(started) < BuiltInLimit))
            {
                await Task.Delay(schedule.DelayBefore(retry)!.Value, time, cancellationToken);
            }
        }
    }

    /// <summary>Status and, of a 200, the body; all of it within the limit.</summary>
    private async Task<(HttpStatusCode Status, ReadOnlyMemory<byte> Body)> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(AnswerLimit);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.TryAddWithoutValidation("dapr-app-id", sidecar.Options.AppId);
        request.Content = new ByteArrayContent([]);
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        using HttpResponseMessage response = await sidecar.Channel!.SendAsync(request, token: true, limit.Token);
        return (response.StatusCode, response.StatusCode == HttpStatusCode.OK ? await AppAnswer.ReadAsync(response, limit.Token) : default);
    }

    private static bool IsFailure(Exception e, CancellationToken cancellationToken) =>
        e is HttpRequestException or IOException or JsonException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested);
}
