using System.Text.Encodings.Web;
using System.Text.Json;

namespace DaprTrading.LocalRuntime.Actors;

/// <summary>What the bodies of timers and reminders have in common.</summary>
internal static class CallbackBody
{
    public static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The registered JSON as it is; no member when none was registered.</summary>
    public static void WriteData(Utf8JsonWriter writer, ReadOnlyMemory<byte> data)
    {
        if (data.IsEmpty) return;
        writer.WritePropertyName("data");
        writer.WriteRawValue(data.Span, skipInputValidation: true);
    }
}
