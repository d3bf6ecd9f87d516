using System.Buffers;
using System.Text.Json;

namespace DaprTrading.LocalRuntime.Actors;

/// <summary>How a partition of reminders is stored: a JSON array, times in Unix milliseconds.</summary>
internal static class ReminderDocument
{
    public static ReadOnlyMemory<byte> Write(IEnumerable<Reminder> reminders)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer, CallbackBody.Options))
        {
            writer.WriteStartArray();
            foreach (Reminder reminder in reminders) Write(writer, reminder);
            writer.WriteEndArray();
        }

        return buffer.WrittenMemory;
    }

    public static List<Reminder> Read(ReadOnlyMemory<byte> document)
    {
        using JsonDocument json = JsonDocument.Parse(document);
        return [.. json.RootElement.EnumerateArray().Select(Read)];
    }

    private static void Write(Utf8JsonWriter writer, Reminder reminder)
    {
        writer.WriteStartObject();
        writer.WriteString("type", reminder.Key.Type);
        writer.WriteString("id", reminder.Key.Id);
        writer.WriteString("name", reminder.Key.Name);
        writer.WriteString("dueTime", reminder.DueTime);
        writer.WriteString("period", reminder.Period);
        writer.WriteString("ttl", reminder.Ttl);
        CallbackBody.WriteData(writer, reminder.Data);
        writer.WriteNumber("next", reminder.Next.ToUnixTimeMilliseconds());
        if (reminder.Left is { } left) writer.WriteNumber("left", left);
        if (reminder.End is { } end) writer.WriteNumber("end", end.ToUnixTimeMilliseconds());
        if (reminder.Failure != FailurePolicy.Usual)
        {
            writer.WriteNumber("retryMs", (long)reminder.Failure.Interval.TotalMilliseconds);
            if (reminder.Failure.Retries is { } retries) writer.WriteNumber("retries", retries);
        }

        writer.WriteEndObject();
    }

    private static Reminder Read(JsonElement json) => new(
        new ReminderKey(Text(json, "type"), Text(json, "id"), Text(json, "name")),
        Text(json, "dueTime"),
        Text(json, "period"),
        Text(json, "ttl"),
        json.TryGetProperty("data", out JsonElement data) ? System.Text.Encoding.UTF8.GetBytes(data.GetRawText()) : default(ReadOnlyMemory<byte>),
        DateTimeOffset.FromUnixTimeMilliseconds(json.GetProperty("next").GetInt64()),
        json.TryGetProperty("left", out JsonElement left) ? left.GetInt32() : null,
        json.TryGetProperty("end", out JsonElement end) ? DateTimeOffset.FromUnixTimeMilliseconds(end.GetInt64()) : null,
        json.TryGetProperty("retryMs", out JsonElement interval)
            ? new FailurePolicy(json.TryGetProperty("retries", out JsonElement retries) ? retries.GetInt32() : null, TimeSpan.FromMilliseconds(interval.GetInt64()))
            : FailurePolicy.Usual);

    private static string Text(JsonElement json, string member) => json.GetProperty(member).GetString() ?? "";
}
