using System.Text.Json;
using Dapr.Http;

namespace Dapr.Actors.Runtime;

/// <summary>The stored state of one actor, behind its sidecar.</summary>
internal sealed class ActorStateStore(ActorSidecar sidecar, string actorType, string actorId, JsonSerializerOptions json, TimeProvider clock)
{
    private Uri? _uri;

    public TimeProvider Clock => clock;

    public Task<(bool Exists, T? Value, DateTimeOffset? Expires)> ReadAsync<T>(string name, CancellationToken cancellationToken) =>
        sidecar.ReadStateAsync<T>(UriOf(name), json, cancellationToken);

    public Task<bool> ContainsAsync(string name, CancellationToken cancellationToken) => sidecar.HasStateAsync(UriOf(name), cancellationToken);

    /// <summary>Stores all changes in one transaction.</summary>
    public Task SaveAsync(Dictionary<string, ActorState> states, CancellationToken cancellationToken)
    {
        var body = new PooledBuffer();
        Utf8JsonWriter writer = JsonPayload.Writer(body, json);
        writer.WriteStartArray();
        foreach ((string name, ActorState state) in states)
        {
            if (state.IsDirty)
            {
                WriteOperation(writer, name, state);
            }
        }

        writer.WriteEndArray();
        JsonPayload.Release(writer);
        _uri ??= sidecar.At(actorType, actorId).Fixed("/state").ToUri();
        return sidecar.ExecuteAsync(HttpMethod.Put, _uri, body, cancellationToken);
    }

    private Uri UriOf(string name) => sidecar.At(actorType, actorId).Fixed("/state").Part(name).ToUri();

    private void WriteOperation(Utf8JsonWriter writer, string name, ActorState state)
    {
        bool remove = state.Change == ActorStateChange.Removed;
        writer.WriteStartObject();
        writer.WriteString("operation"u8, remove ? "delete"u8 : "upsert"u8);
        writer.WriteStartObject("request"u8);
        writer.WriteString("key"u8, name);
        if (!remove)
        {
            writer.WritePropertyName("value"u8);
            state.WriteValue(writer, json);
            WriteExpiry(writer, state.Expires);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private void WriteExpiry(Utf8JsonWriter writer, DateTimeOffset? expires)
    {
        if (expires is { } end)
        {
            // Whole seconds, at least one: a store would read zero as "never".
            long seconds = Math.Max(1, (long)Math.Ceiling((end - clock.GetUtcNow()).TotalSeconds));
            writer.WriteStartObject("metadata"u8);
            writer.WriteString("ttlInSeconds"u8, seconds.ToString());
            writer.WriteEndObject();
        }
    }
}
