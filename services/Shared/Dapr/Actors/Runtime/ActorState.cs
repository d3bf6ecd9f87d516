using System.Text.Json;
using Dapr.Http;

namespace Dapr.Actors.Runtime;

/// <summary>What the cache knows of a name, compared with the store.</summary>
internal enum ActorStateChange
{
    /// <summary>The same value.</summary>
    None,

    /// <summary>Neither has it.</summary>
    Absent,

    /// <summary>The store has it not.</summary>
    Added,

    /// <summary>The store may have another value.</summary>
    Updated,

    /// <summary>The store still has it.</summary>
    Removed,
}

/// <summary>One name in the cache of an actor's state.</summary>
internal class ActorState(ActorStateChange change, DateTimeOffset? expires = null)
{
    public ActorStateChange Change { get; set; } = change;

    public DateTimeOffset? Expires { get; } = expires;

    public bool IsDirty => Change is ActorStateChange.Added or ActorStateChange.Updated or ActorStateChange.Removed;

    public virtual object? Boxed => null;

    public bool IsLive(TimeProvider clock) =>
        Change is not (ActorStateChange.Absent or ActorStateChange.Removed) && (Expires is not { } end || end > clock.GetUtcNow());

    public virtual void WriteValue(Utf8JsonWriter writer, JsonSerializerOptions json) => writer.WriteNullValue();
}

/// <summary>One value in the cache of an actor's state.</summary>
internal sealed class ActorState<T>(T value, ActorStateChange change, DateTimeOffset? expires) : ActorState(change, expires)
{
    public T Value { get; } = value;

    public override object? Boxed => Value;

    public override void WriteValue(Utf8JsonWriter writer, JsonSerializerOptions json) =>
        JsonSerializer.Serialize(writer, Value, json.TypeInfo<T>());
}
