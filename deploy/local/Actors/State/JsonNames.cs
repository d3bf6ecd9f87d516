using System.Text;
using System.Text.Json;

namespace DaprTrading.LocalRuntime.Actors;

/// <summary>Member names as Dapr reads them: upper and lower case are the same.</summary>
internal static class JsonNames
{
    /// <summary>Whether the reader is at the member <paramref name="name"/>.</summary>
    public static bool Is(this ref Utf8JsonReader reader, ReadOnlySpan<byte> name) =>
        reader.ValueIsEscaped ? reader.ValueTextEquals(name) : Ascii.EqualsIgnoreCase(reader.ValueSpan, name);

    /// <summary>Throws <see cref="JsonException"/> for texts that are no Unicode, which a reader would pass over.</summary>
    public static void CheckTexts(ReadOnlySpan<byte> body)
    {
        if (!JsonText.IsSound(body)) throw new JsonException("a text is no valid Unicode");
    }

    /// <summary>Moves to the first token and checks that it is <paramref name="expected"/>.</summary>
    public static void Expect(this ref Utf8JsonReader reader, JsonTokenType expected)
    {
        if (!reader.Read()) throw new JsonException("unexpected end of JSON input");
        reader.Require(expected);
    }

    /// <summary>Checks the current token.</summary>
    public static void Require(this ref Utf8JsonReader reader, JsonTokenType expected)
    {
        if (reader.TokenType == expected) return;
        throw new JsonException($"expected {expected} at byte {reader.TokenStartIndex}, found {reader.TokenType}");
    }

    /// <summary>The next value as text; null for <c>null</c>.</summary>
    public static string? NextString(this ref Utf8JsonReader reader, string member)
    {
        reader.Read();
        return reader.TokenType switch
        {
            JsonTokenType.String => reader.GetString(),
            JsonTokenType.Null => null,
            _ => throw new JsonException($"{member} must be a string, found {reader.TokenType}"),
        };
    }

    /// <summary>The next value as the bytes it was sent in.</summary>
    public static ReadOnlyMemory<byte> NextRaw(this ref Utf8JsonReader reader, ReadOnlyMemory<byte> body)
    {
        reader.Read();
        int start = (int)reader.TokenStartIndex;
        reader.Skip();
        return body[start..(int)reader.BytesConsumed];
    }

    /// <summary>Passes over the value of the current member.</summary>
    public static void SkipValue(this ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }
}
