using System.Text.Json;

namespace DaprTrading.LocalRuntime.Actors;

/// <summary>Body of a timer or reminder registration.</summary>
internal sealed record ScheduleRequest
{
    public string DueTime { get; private set; } = "";

    public string Period { get; private set; } = "";

    public string Ttl { get; private set; } = "";

    public string Callback { get; private set; } = "";

    public bool Overwrite { get; private set; } = true;

    /// <summary>What happens when a reminder's callback fails.</summary>
    public FailurePolicy Failure { get; private set; } = FailurePolicy.Usual;

    /// <summary>The registered JSON as it was sent; empty when there is none.</summary>
    public ReadOnlyMemory<byte> Data { get; private set; }

    /// <exception cref="JsonException">The body is not the JSON it should be.</exception>
    public static ScheduleRequest Parse(ReadOnlyMemory<byte> body)
    {
        JsonNames.CheckTexts(body.Span);
        var request = new ScheduleRequest();
        var reader = new Utf8JsonReader(body.Span);
        reader.Expect(JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (reader.Is("dueTime"u8)) request.DueTime = reader.NextString("dueTime") ?? "";
            else if (reader.Is("period"u8)) request.Period = reader.NextString("period") ?? "";
            else if (reader.Is("ttl"u8)) request.Ttl = reader.NextString("ttl") ?? "";
            else if (reader.Is("callback"u8)) request.Callback = reader.NextString("callback") ?? "";
            else if (reader.Is("overwrite"u8)) request.Overwrite = NextFlag(ref reader);
            else if (reader.Is("failure_policy"u8) || reader.Is("failurePolicy"u8)) request.Failure = FailurePolicy.Read(ref reader);
            else if (reader.Is("data"u8)) request.Data = NextData(ref reader, body);
            else reader.SkipValue();
        }

        return request;
    }

    private static bool NextFlag(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType switch
        {
            JsonTokenType.False => false,
            JsonTokenType.True or JsonTokenType.Null => true,
            _ => throw new JsonException($"overwrite must be true or false, found {reader.TokenType}"),
        };
    }

    private static ReadOnlyMemory<byte> NextData(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body)
    {
        ReadOnlyMemory<byte> data = reader.NextRaw(body);
        return data.Span.SequenceEqual("null"u8) ? default : data;
    }
}
