using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary><c>POST|PUT /v1.0/publish/{pubsub}/{topic}</c>.</summary>
internal sealed class PublishApi(TimeProvider time)
{
    private readonly Rfc3339Clock _clock = new(time);

    public async Task PublishAsync(ApiContext call, string pubSub, string topic)
    {
        HttpContext http = call.Http;
        if (call.Sidecar.PubSubs.Find(pubSub) is not { } target)
        {
            await PubSubErrors.NotFoundAsync(http, pubSub);
            return;
        }

        IReadOnlyDictionary<string, string> metadata = DaprHttp.QueryMetadata(http.Request);
        bool raw = PublishMetadata.IsRaw(metadata, out string? invalid);
        if (invalid is not null)
        {
            await PubSubErrors.MetadataAsync(http, pubSub, topic, invalid);
            return;
        }

        byte[]? built = null;
        long began = time.GetTimestamp();
        try
        {
            ReadOnlyMemory<byte> body = await call.ReadBodyAsync();
            if (!raw) built = Build(call, target, topic, body, metadata);
            if (!target.Scopes.MayPublish(topic))
            {
                await PubSubErrors.ForbiddenAsync(http, pubSub, topic, call.AppId);
                return;
            }

            await target.PublishAsync(new PubSubMessage(topic, built ?? body, metadata), http.RequestAborted);
        }
        catch (JsonException)
        {
            await PubSubErrors.CloudEventAsync(http, pubSub, topic);
            return;
        }
        catch (Exception e) when (e is not OperationCanceledException || !http.RequestAborted.IsCancellationRequested)
        {
            call.Sidecar.Metrics.Published(pubSub, topic, success: false, time.GetElapsedTime(began));
            await PubSubErrors.PublishAsync(http, pubSub, topic, e.Message);
            return;
        }

        call.Sidecar.Statistics.AddPublished();
        call.Sidecar.Metrics.Published(pubSub, topic, success: true, time.GetElapsedTime(began));
        await DaprHttp.NoContentAsync(http);
    }

    /// <summary>The envelope fields of a publish within <paramref name="trace"/>.</summary>
    public EnvelopeFields Fields(ApiContext call, PubSubTarget target, string topic, TraceContext trace, IReadOnlyDictionary<string, string> metadata) =>
        new(call.AppId, topic, target.Component.Name, _clock.Now(), trace, PublishMetadata.Expiration(metadata, target.Component, time), metadata);

    private byte[] Build(ApiContext call, PubSubTarget target, string topic, ReadOnlyMemory<byte> body, IReadOnlyDictionary<string, string> metadata)
    {
        string contentType = call.Http.Request.ContentType is { Length: > 0 } given ? given : "text/plain";
        ContentKind kind = ContentKinds.Of(contentType);
        EnvelopeFields fields = Fields(call, target, topic, call.Trace, metadata);
        return kind == ContentKind.CloudEvent ? Envelope.Complete(body, fields) : Envelope.Wrap(body, contentType, kind, fields);
    }
}
