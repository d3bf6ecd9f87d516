using System.Globalization;
using System.Text.Json;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>What the sidecar reads of a stored CloudEvent in one pass, without building a document.</summary>
internal readonly record struct EventScan(string? Expiration, string? TraceParent, string? TraceState)
{
    /// <summary>False when the bytes are no JSON object.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, bool withTrace, out EventScan scan)
    {
        scan = default;
        // The bytes go to the app as they are, in a bulk request among those of others.
        if (!JsonText.IsSound(bytes)) return false;
        try
        {
            var reader = new Utf8JsonReader(bytes, Json.Reading);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            string? expiration = null, parent = null, id = null, state = null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                int member = Member(ref reader, withTrace);
                reader.Read();
                string? text = member > 0 && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
                if (member == 1) expiration = text;
                else if (member == 2) parent = text;
                else if (member == 3) id = text;
                else if (member == 4) state = text;
                else reader.Skip();
            }

            // Anything after the object is an error, too.
            while (reader.Read())
            {
            }

            scan = new EventScan(expiration, string.IsNullOrEmpty(parent) ? id : parent, state);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    public bool IsExpired(TimeProvider time) =>
        Expiration is { Length: > 0 }
        && DateTimeOffset.TryParse(Expiration, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset end)
        && end <= time.GetUtcNow();

    private static int Member(ref Utf8JsonReader reader, bool withTrace)
    {
        if (reader.ValueTextEquals("expiration"u8)) return 1;
        if (!withTrace) return 0;
        if (reader.ValueTextEquals("traceparent"u8)) return 2;
        if (reader.ValueTextEquals("traceid"u8)) return 3;
        return reader.ValueTextEquals("tracestate"u8) ? 4 : 0;
    }
}
