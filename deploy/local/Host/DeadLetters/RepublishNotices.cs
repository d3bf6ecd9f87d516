using System.Text.Json;
using DaprTrading.LocalRuntime.Sidecars;
using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Host.DeadLetters;

/// <summary>
/// Tells those who show dead letters which were sent back: an event on the topic <c>dead-letters-republished</c> of the component they came by, with
/// <c>{"topic": dead-letter topic, "remaining": how many are still kept, "ids": [...]}</c>.
/// </summary>
internal sealed class RepublishNotices(DeadLetterStore store, Func<IEnumerable<LocalSidecar>> sidecars, ILogger logger, TimeProvider time)
{
    private const string Topic = "dead-letters-republished";
    private const int MostIds = 500;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
    private readonly Dictionary<(string PubSub, string Topic), List<string>> _sent = [];

    /// <summary>A message was sent back.</summary>
    public void Add(DeadLetter letter)
    {
        var key = (letter.PubSub, letter.DeadLetterTopic);
        if (!_sent.TryGetValue(key, out List<string>? ids)) _sent[key] = ids = [];
        if (letter.Id.Length > 0) ids.Add(letter.Id);
    }

    /// <summary>Publishes what was added. A broker that does not take it is no failure: what was sent back stays sent.</summary>
    public async Task PublishAsync()
    {
        foreach (var ((pubSub, topic), ids) in _sent)
        {
            if (sidecars().SelectMany(sidecar => sidecar.DeadLetterSources()).FirstOrDefault(known => known.PubSub.Name == pubSub) is not { } source) continue;

            int remaining = store.Counts().GetValueOrDefault(topic);
            using var limit = new CancellationTokenSource(Limit, time);
            try
            {
                foreach (string[] some in ids.Count == 0 ? [[]] : ids.Chunk(MostIds))
                {
                    var notice = new PubSubMessage(source.Prefix + Topic, Write(pubSub, topic, remaining, some), EmptyMetadata.Value);
                    await source.PubSub.PublishAsync(notice, limit.Token).ConfigureAwait(false);
                }
            }
            catch (Exception e) when (e is ComponentException or OperationCanceledException)
            {
                logger.NoticeNotTaken(pubSub, topic, e.Message);
            }
        }
    }

    private byte[] Write(string pubSub, string deadLetterTopic, int remaining, string[] ids)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("specversion", "1.0");
            json.WriteString("id", Guid.NewGuid());
            json.WriteString("source", "dead-letters");
            json.WriteString("type", "com.dapr.event.sent");
            json.WriteString("time", time.GetUtcNow());
            json.WriteString("datacontenttype", "application/json");
            json.WriteString("pubsubname", pubSub);
            json.WriteString("topic", Topic);
            json.WriteStartObject("data");
            json.WriteString("topic", deadLetterTopic);
            json.WriteNumber("remaining", remaining);
            json.WriteStartArray("ids");
            foreach (string id in ids) json.WriteStringValue(id);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }
}
