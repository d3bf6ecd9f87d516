using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>What goes into a new CloudEvent besides the payload.</summary>
/// <param name="Source">Publishing app.</param>
/// <param name="Topic">Topic as addressed.</param>
/// <param name="PubSub">Component as addressed.</param>
/// <param name="Time">Publish time, RFC 3339.</param>
/// <param name="Trace">Span of the publish.</param>
/// <param name="Expiration">RFC 3339; null without a time to live.</param>
/// <param name="Metadata">Request metadata with the <c>cloudevent.*</c> overrides.</param>
internal readonly record struct EnvelopeFields(
    string Source, string Topic, string PubSub, string Time, TraceContext Trace, string? Expiration, IReadOnlyDictionary<string, string> Metadata)
{
    public string? Override(string field) =>
        Metadata.Count > 0 && Metadata.TryGetValue("cloudevent." + field, out string? value) && value.Length > 0 ? value : null;
}

/// <summary>Builds CloudEvents as Dapr's sidecar does; members are in alphabetical order.</summary>
internal static class Envelope
{
    public const string EventType = "com.dapr.event.sent";

    /// <summary>An envelope around a payload of any content type but CloudEvents.</summary>
    public static byte[] Wrap(ReadOnlyMemory<byte> payload, string contentType, ContentKind kind, in EnvelopeFields fields) =>
        Json.Write((payload, contentType, kind, fields), static (writer, state) =>
        {
            writer.WriteStartObject();
            WriteData(writer, state.payload.Span, state.kind);
            WriteFields(writer, state.contentType, state.fields);
            writer.WriteEndObject();
        });

    /// <summary>An envelope whose data is given as JSON text already: <c>data</c>, or <c>data_base64</c> when <paramref name="binary"/>.</summary>
    public static byte[] WrapJson(ReadOnlyMemory<byte> json, bool binary, string contentType, in EnvelopeFields fields) =>
        Json.Write((json, binary, contentType, fields), static (writer, state) =>
        {
            writer.WriteStartObject();
            writer.WritePropertyName(state.binary ? "data_base64"u8 : "data"u8);
            writer.WriteRawValue(state.json.Span, skipInputValidation: true);
            WriteFields(writer, state.contentType, state.fields);
            writer.WriteEndObject();
        });

    /// <summary>The envelope a raw subscription gets.</summary>
    public static byte[] WrapRaw(PubSubMessage message, string topic, string pubSub) =>
        Json.Write((message, topic, pubSub), static (writer, state) =>
        {
            IReadOnlyDictionary<string, string> metadata = state.message.Metadata;
            writer.WriteStartObject();
            writer.WriteBase64String("data_base64", state.message.Data.Span);
            writer.WriteString("datacontenttype", "application/octet-stream");
            writer.WriteString("id", Guid.NewGuid());
            writer.WriteString("pubsubname", state.pubSub);
            writer.WriteString("source", "Dapr");
            writer.WriteString("specversion", "1.0");
            writer.WriteString("topic", state.topic);
            foreach (string name in TraceNames)
            {
                if (metadata.TryGetValue(name, out string? value)) writer.WriteString(name, value);
            }

            writer.WriteString("type", EventType);
            writer.WriteEndObject();
        });

    /// <summary>Completes a CloudEvent the publisher made itself. Throws <see cref="JsonException"/> when it is no JSON object.</summary>
    public static byte[] Complete(ReadOnlyMemory<byte> cloudEvent, in EnvelopeFields fields)
    {
        using JsonDocument document = Json.Document(cloudEvent);
        if (document.RootElement.ValueKind != JsonValueKind.Object) throw new JsonException("expected an object");

        var members = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (JsonProperty property in document.RootElement.EnumerateObject()) members[property.Name] = property.Value;
        var added = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["topic"] = fields.Topic, ["pubsubname"] = fields.PubSub };
        if (!members.ContainsKey("time")) added["time"] = fields.Time;
        if (!members.ContainsKey("traceid")) added["traceid"] = added["traceparent"] = fields.Trace.Parent;
        if (!members.ContainsKey("tracestate")) added["tracestate"] = fields.Trace.State;
        AddMissing(members, added, "source", "Dapr");
        AddMissing(members, added, "type", EventType);
        AddMissing(members, added, "specversion", "1.0");
        if (fields.Expiration is not null) added["expiration"] = fields.Expiration;

        return Json.Write((members, added), static (writer, state) =>
        {
            writer.WriteStartObject();
            foreach (string name in state.members.Keys.Union(state.added.Keys).Order(StringComparer.Ordinal))
            {
                writer.WritePropertyName(name);
                if (state.added.TryGetValue(name, out string? text)) writer.WriteStringValue(text);
                else state.members[name].WriteTo(writer);
            }

            writer.WriteEndObject();
        });
    }

    private static readonly string[] TraceNames = ["traceid", "traceparent", "tracestate"];

    private static void AddMissing(SortedDictionary<string, JsonElement> members, SortedDictionary<string, string> added, string name, string value)
    {
        if (!members.TryGetValue(name, out JsonElement given) || given.ValueKind == JsonValueKind.Null) added[name] = value;
    }

    private static void WriteData(Utf8JsonWriter writer, ReadOnlySpan<byte> payload, ContentKind kind)
    {
        if (kind == ContentKind.Binary)
        {
            writer.WriteBase64String("data_base64"u8, payload);
            return;
        }

        writer.WritePropertyName("data"u8);
        // Bytes that are no UTF-8 get replacement characters, as in Go.
        if (!Utf8.IsValid(payload)) payload = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(payload));
        if (kind == ContentKind.Json && Json.IsValid(payload))
        {
            writer.WriteRawValue(payload, skipInputValidation: true);
        }
        else
        {
            writer.WriteStringValue(payload);
        }
    }

    private static void WriteFields(Utf8JsonWriter writer, string contentType, in EnvelopeFields fields)
    {
        string trace = fields.Override("traceparent") ?? fields.Override("traceid") ?? fields.Trace.Parent;
        writer.WriteString("datacontenttype"u8, contentType);
        if (fields.Expiration is not null) writer.WriteString("expiration"u8, fields.Expiration);
        if (fields.Override("id") is { } id) writer.WriteString("id"u8, id);
        else writer.WriteString("id"u8, Guid.NewGuid());
        writer.WriteString("pubsubname"u8, fields.PubSub);
        writer.WriteString("source"u8, fields.Override("source") ?? fields.Source);
        writer.WriteString("specversion"u8, "1.0"u8);
        if (fields.Override("subject") is { } subject) writer.WriteString("subject"u8, subject);
        writer.WriteString("time"u8, fields.Time);
        writer.WriteString("topic"u8, fields.Topic);
        writer.WriteString("traceid"u8, trace);
        writer.WriteString("traceparent"u8, trace);
        writer.WriteString("tracestate"u8, fields.Override("tracestate") ?? fields.Trace.State);
        writer.WriteString("type"u8, fields.Override("type") ?? EventType);
    }
}
