using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary><c>POST|PUT /v1.0/publish/bulk/{pubsub}/{topic}</c>, and the same under <c>v1.0-alpha1</c>.</summary>
internal sealed class BulkPublishApi(PublishApi publishing)
{
    private const int MaxHeaderText = 4096;

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

        List<BulkPublishEntry> entries;
        PubSubMessage[] messages;
        try
        {
            entries = BulkPublishRequest.Read(await call.ReadBodyAsync());
            messages = Build(call, target, topic, entries, metadata, raw);
        }
        catch (Exception e) when (e is JsonException or BodyReadException)
        {
            await PubSubErrors.EventsAsync(http, pubSub, topic, $"error when unmarshaling the request for topic {topic} pubsub {pubSub}: {e.Message}");
            return;
        }

        if (!target.Scopes.MayPublish(topic))
        {
            await PubSubErrors.ForbiddenAsync(http, pubSub, topic, call.AppId);
            return;
        }

        var transfer = new BulkPublishTransfer(target, messages);
        if (messages.Length > 0) await transfer.RunAsync(http.RequestAborted);
        call.Sidecar.Statistics.AddPublished(messages.Length - transfer.Failures);
        call.Sidecar.Metrics.PublishedBulk(pubSub, topic, messages.Length, transfer.Failures);
        await (transfer.Failures == 0 ? DaprHttp.NoContentAsync(http) : FailedAsync(http, entries, transfer));
    }

    private PubSubMessage[] Build(
        ApiContext call, PubSubTarget target, string topic, List<BulkPublishEntry> entries, IReadOnlyDictionary<string, string> url, bool raw)
    {
        var messages = new PubSubMessage[entries.Count];
        string onBroker = target.OnBroker(topic);
        for (int i = 0; i < messages.Length; i++)
        {
            BulkPublishEntry entry = entries[i];
            // An entry without metadata of its own gets none of the URL's either: Dapr's behaviour.
            IReadOnlyDictionary<string, string> metadata = entry.Metadata is null ? EmptyMetadata.Value : Merge(url, entry.Metadata);
            ReadOnlyMemory<byte> data = raw ? BulkPublishRequest.Raw(entry) : Wrap(call, target, topic, entry, metadata);
            messages[i] = new PubSubMessage(onBroker, data, metadata);
        }

        return messages;
    }

    private byte[] Wrap(ApiContext call, PubSubTarget target, string topic, in BulkPublishEntry entry, IReadOnlyDictionary<string, string> metadata)
    {
        EnvelopeFields fields = publishing.Fields(call, target, topic, call.Trace.Child(), metadata);
        return entry.Kind == ContentKind.CloudEvent
            ? Envelope.Complete(entry.Event, fields)
            : Envelope.WrapJson(entry.Event, entry.Kind == ContentKind.Binary, entry.ContentType, fields);
    }

    private static IReadOnlyDictionary<string, string> Merge(IReadOnlyDictionary<string, string> url, IReadOnlyDictionary<string, string> entry)
    {
        if (url.Count == 0) return entry;
        var merged = new Dictionary<string, string>(url, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in entry) merged[name] = value;
        return merged;
    }

    private static Task FailedAsync(HttpContext http, List<BulkPublishEntry> entries, BulkPublishTransfer transfer)
    {
        byte[] body = Json.Write((entries, transfer), static (writer, state) =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("failedEntries");
            for (int i = 0; i < state.entries.Count; i++)
            {
                if (state.transfer.ErrorOf(i) is not { } error) continue;
                writer.WriteStartObject();
                writer.WriteString("entryId", state.entries[i].EntryId);
                writer.WriteString("error", error.Message);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteString("errorCode", "ERR_PUBSUB_PUBLISH_MESSAGE");
            writer.WriteEndObject();
        });
        http.Response.Headers["metadata.responseData"] = HeaderText(Encoding.UTF8.GetString(body));
        http.Response.Headers["metadata.error"] = HeaderText(transfer.FirstError!.Message);
        return DaprHttp.JsonAsync(http, 500, body);
    }

    private static string HeaderText(string text)
    {
        ReadOnlySpan<char> kept = text.AsSpan(0, Math.Min(text.Length, MaxHeaderText));
        return string.Create(kept.Length, kept, static (target, source) =>
        {
            for (int i = 0; i < source.Length; i++) target[i] = source[i] is >= ' ' and <= '~' ? source[i] : '?';
        });
    }
}
