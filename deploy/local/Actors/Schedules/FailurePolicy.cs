using System.Text.Json;

namespace DaprTrading.LocalRuntime.Actors;

/// <summary>What happens when the callback of a reminder fails: it is repeated, or not.</summary>
/// <param name="Retries">Repetitions; null: until it succeeds.</param>
/// <param name="Interval">Time between them.</param>
internal readonly record struct FailurePolicy(int? Retries, TimeSpan Interval)
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>Three times, a second apart.</summary>
    public static FailurePolicy Usual { get; } = new(3, TimeSpan.FromSeconds(1));

    /// <summary><c>{"drop":{}}</c> or <c>{"constant":{"interval":"2s","maxRetries":5}}</c>; without a number it is repeated until it succeeds.</summary>
    /// <exception cref="JsonException">It is neither.</exception>
    public static FailurePolicy Read(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null) return Usual;
        reader.Require(JsonTokenType.StartObject);
        FailurePolicy policy = Usual;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (reader.Is("drop"u8))
            {
                reader.SkipValue();
                policy = new FailurePolicy(0, TimeSpan.Zero);
            }
            else if (reader.Is("constant"u8))
            {
                policy = ReadConstant(ref reader);
            }
            else
            {
                throw new JsonException("failure_policy may have drop or constant");
            }
        }

        return policy;
    }

    private static FailurePolicy ReadConstant(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Require(JsonTokenType.StartObject);
        int? retries = null;
        TimeSpan interval = Usual.Interval;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (reader.Is("interval"u8))
            {
                string text = reader.NextString("interval") ?? "";
                if (!GoDurations.TryParse(text, out interval) || interval <= TimeSpan.Zero || interval > Longest) throw new JsonException($"interval: '{text}' is no duration above zero and up to a day");
            }
            else if (reader.Is("maxRetries"u8) || reader.Is("max_retries"u8))
            {
                reader.Read();
                if (reader.TokenType != JsonTokenType.Number || !reader.TryGetUInt16(out ushort count)) throw new JsonException("maxRetries must be a whole number from 0 to 65535");
                retries = count;
            }
            else
            {
                reader.SkipValue();
            }
        }

        return new FailurePolicy(retries, interval);
    }
}
