using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace DaprTrading.Notification;

/// <summary>A request's body, or what is wrong with it.</summary>
/// <param name="Value">Null when <paramref name="Errors"/> says why.</param>
/// <param name="Errors">Messages by field; empty when the body could be read.</param>
internal sealed record JsonBody<T>(T? Value, Dictionary<string, string[]> Errors)
    where T : class
{
    /// <summary>Whether the body could be read.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    public bool IsRead => Value is not null;

    /// <summary>Reads JSON; says where it is broken.</summary>
    public static async Task<JsonBody<T>> ReadAsync(HttpRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(request.Body, type, cancellationToken) is { } value
                ? new JsonBody<T>(value, [])
                : Broken("body", "The body must be a JSON object, but is null.");
        }
        catch (JsonException failure)
        {
            string field = failure.Path is { Length: > 2 } path ? path[2..] : "body";
            return Broken(field, $"Not readable at line {failure.LineNumber + 1}, byte {failure.BytePositionInLine + 1}: JSON of the documented form is expected.");
        }
    }

    private static JsonBody<T> Broken(string field, string message) => new(null, new Dictionary<string, string[]> { [field] = [message] });
}
