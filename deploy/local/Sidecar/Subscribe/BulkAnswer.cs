using System.Text.Json;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>Reads <c>{"statuses":[{"entryId":…,"status":…}]}</c>.</summary>
internal static class BulkAnswer
{
    /// <summary>The outcome of each entry; one that is not mentioned, or an answer that is no such JSON, means retry. Unknown ids are ignored.</summary>
    public static DeliveryOutcome[] Read(ReadOnlySpan<byte> body, IReadOnlyList<BulkEntry> entries)
    {
        var outcomes = new DeliveryOutcome[entries.Count];
        Array.Fill(outcomes, DeliveryOutcome.Retry);
        try
        {
            var reader = new Utf8JsonReader(body, Json.Reading);
            if (body.IsEmpty || !reader.Read() || reader.TokenType != JsonTokenType.StartObject) return outcomes;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool statuses = AppAnswer.IsMember(ref reader, "statuses");
                reader.Read();
                if (statuses && reader.TokenType == JsonTokenType.StartArray) ReadStatuses(ref reader, entries, outcomes);
                else reader.Skip();
            }

            while (reader.Read())
            {
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            Array.Fill(outcomes, DeliveryOutcome.Retry);
        }

        return outcomes;
    }

    private static void ReadStatuses(ref Utf8JsonReader reader, IReadOnlyList<BulkEntry> entries, DeliveryOutcome[] outcomes)
    {
        int expected = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("expected a status object");
            int index = -1;
            DeliveryOutcome outcome = DeliveryOutcome.Retry;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool id = AppAnswer.IsMember(ref reader, "entryId");
                bool status = !id && AppAnswer.IsMember(ref reader, "status");
                reader.Read();
                if (id) index = IndexOf(ref reader, entries, expected);
                else if (status) outcome = AppAnswer.Outcome(ref reader);
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) reader.Skip();
            }

            if (index < 0) continue;
            outcomes[index] = outcome;
            expected = index + 1;
        }
    }

    // Apps answer in the order they were asked, so the search nearly always ends at its first step.
    private static int IndexOf(ref Utf8JsonReader reader, IReadOnlyList<BulkEntry> entries, int expected)
    {
        if (reader.TokenType != JsonTokenType.String || !reader.TryGetGuid(out Guid id)) return -1;
        for (int i = 0; i < entries.Count; i++)
        {
            int index = (expected + i) % entries.Count;
            if (entries[index].Id == id) return index;
        }

        return -1;
    }
}
