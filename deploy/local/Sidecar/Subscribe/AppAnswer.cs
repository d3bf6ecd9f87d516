using System.Text.Json;

namespace DaprTrading.LocalRuntime.Sidecars;

internal enum DeliveryOutcome
{
    Done,
    Drop,
    Retry,
}

/// <summary>Reads what an app answered to a delivery.</summary>
internal static class AppAnswer
{
    private const int MaxLength = 4 * 1024 * 1024;

    /// <summary>The outcome a status text stands for; other texts, and other casing, mean retry.</summary>
    public static DeliveryOutcome Outcome(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String) return DeliveryOutcome.Retry;
        if (reader.ValueTextEquals("SUCCESS"u8)) return DeliveryOutcome.Done;
        return reader.ValueTextEquals("DROP"u8) ? DeliveryOutcome.Drop : DeliveryOutcome.Retry;
    }

    /// <summary>Outcome of a 2xx answer to a single delivery: whatever is no JSON object with a status means done.</summary>
    public static DeliveryOutcome Single(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty) return DeliveryOutcome.Done;
        try
        {
            var reader = new Utf8JsonReader(body, Json.Reading);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return DeliveryOutcome.Done;
            DeliveryOutcome outcome = DeliveryOutcome.Done;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool status = IsMember(ref reader, "status");
                reader.Read();
                if (!status)
                {
                    reader.Skip();
                    continue;
                }

                if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Null)) return DeliveryOutcome.Done;
                outcome = reader.TokenType == JsonTokenType.Null || reader.ValueTextEquals(""u8) ? DeliveryOutcome.Done : Outcome(ref reader);
            }

            while (reader.Read())
            {
            }

            return outcome;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return DeliveryOutcome.Done;
        }
    }

    public static bool IsMember(ref Utf8JsonReader reader, string name) =>
        reader.ValueTextEquals(name) || (reader.ValueSpan.Length == name.Length && string.Equals(reader.GetString(), name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The body of an answer; empty when there is none.</summary>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentLength is 0) return default;
        Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        await using (stream)
        {
            byte[] buffer = new byte[(int)Math.Min(response.Content.Headers.ContentLength ?? 512, MaxLength) + 1];
            int filled = 0, read;
            while ((read = await stream.ReadAsync(buffer.AsMemory(filled), cancellationToken)) > 0)
            {
                filled += read;
                if (filled < buffer.Length) continue;
                if (filled > MaxLength) throw new HttpRequestException($"the app's answer is longer than {MaxLength} bytes");
                Array.Resize(ref buffer, buffer.Length * 2);
            }

            return buffer.AsMemory(0, filled);
        }
    }
}
