using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Dapr.Actors;

/// <summary>Identity of one actor of a type. JSON: a plain string.</summary>
/// <remarks>
/// Equality ignores case while the hash code does not, as in the official package: use one spelling. The runtime refuses ids with
/// <c>/ \ # ?</c> or control characters.
/// </remarks>
[JsonConverter(typeof(ActorIdJsonConverter))]
[SuppressMessage("Design", "MA0077", Justification = "The official type implements no interface.")]
[SuppressMessage("Design", "MA0094", Justification = "The official type implements no interface.")]
public class ActorId
{
    private readonly string _id;

    public ActorId(string id)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        _id = id;
    }

    public static bool operator ==(ActorId? id1, ActorId? id2) => id1?.Equals(id2) ?? id2 is null;

    public static bool operator !=(ActorId? id1, ActorId? id2) => !(id1 == id2);

    /// <summary>An id nobody else has.</summary>
    public static ActorId CreateRandom() => new(Guid.NewGuid().ToString());

    public string GetId() => _id;

    /// <inheritdoc />
    public override string ToString() => _id;

    public bool Equals(ActorId? other) => other is not null && string.Equals(_id, other._id, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as ActorId);

    /// <inheritdoc />
    public override int GetHashCode() => _id.GetHashCode(StringComparison.Ordinal);

    public int CompareTo(ActorId? other) => other is null ? 1 : string.Compare(_id, other._id, StringComparison.OrdinalIgnoreCase);
}

internal sealed class ActorIdJsonConverter : JsonConverter<ActorId>
{
    public override ActorId? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Null ? null : new ActorId(reader.GetString()!);

    public override void Write(Utf8JsonWriter writer, ActorId value, JsonSerializerOptions options) => writer.WriteStringValue(value.GetId());
}
