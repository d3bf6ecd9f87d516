using System.Text;
using System.Text.Json;

namespace DaprTrading.Visualization.DeadLetters;

/// <summary>An event no service could handle.</summary>
/// <param name="Time">When it was given up, Unix milliseconds, UTC.</param>
/// <param name="Topic">The topic it was published to.</param>
/// <param name="App">The app that published it; empty when the event does not say.</param>
/// <param name="Id">Its id; empty when it has none.</param>
/// <param name="Content">The first characters of its data.</param>
internal sealed record DeadLetter(long Time, string Topic, string App, string Id, string Content)
{
    private const int MaxContent = 200;
    private const int MaxName = 100;

    /// <summary>Reads a message as the broker has it: a CloudEvent, or whatever else was published.</summary>
    public static DeadLetter Read(string topic, ReadOnlyMemory<byte> message, long now)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(message);
            JsonElement root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object)
            {
                string content = root.TryGetProperty("data", out JsonElement data) || root.TryGetProperty("data_base64", out data) ? data.GetRawText() : root.GetRawText();
                return new DeadLetter(now, topic, Short(Text(root, "source"), MaxName), Short(Text(root, "id"), MaxName), Short(content, MaxContent));
            }
        }
        catch (JsonException)
        {
            // No JSON may be the very reason why nobody could handle it: shown as it is.
        }

        return new DeadLetter(now, topic, "", "", Short(Encoding.UTF8.GetString(message.Span[..Math.Min(message.Length, MaxContent * 4)]), MaxContent));
    }

    private static string Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    /// <summary>Printable, and bounded.</summary>
    private static string Short(string text, int limit)
    {
        bool isCut = text.Length > limit;
        string shown = isCut ? text[..limit] : text;
        return string.Create(shown.Length, shown, static (chars, from) =>
        {
            for (int i = 0; i < chars.Length; i++) chars[i] = char.IsControl(from[i]) || char.IsSurrogate(from[i]) ? ' ' : from[i];
        }) + (isCut ? "…" : "");
    }
}
