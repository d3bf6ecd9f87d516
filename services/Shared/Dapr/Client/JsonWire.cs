using System.Text.Json;

namespace Dapr.Client;

/// <summary>Parts of request bodies that several calls share.</summary>
internal static class JsonWire
{
    public static string Text(this ConsistencyMode mode) => mode switch
    {
        ConsistencyMode.Eventual => "eventual",
        ConsistencyMode.Strong => "strong",
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "Unknown consistency mode."),
    };

    public static string Text(this ConcurrencyMode mode) => mode switch
    {
        ConcurrencyMode.FirstWrite => "first-write",
        ConcurrencyMode.LastWrite => "last-write",
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "Unknown concurrency mode."),
    };

    public static void WriteMetadata(Utf8JsonWriter writer, IReadOnlyDictionary<string, string>? metadata)
    {
        if (metadata is null)
        {
            return;
        }

        writer.WriteStartObject("metadata"u8);
        foreach ((string name, string value) in metadata)
        {
            writer.WriteString(name, value ?? string.Empty);
        }

        writer.WriteEndObject();
    }

    public static void WriteOptions(Utf8JsonWriter writer, StateOptions? options)
    {
        if (options is not { Consistency: not null } and not { Concurrency: not null })
        {
            return;
        }

        writer.WriteStartObject("options"u8);
        if (options.Concurrency is { } concurrency)
        {
            writer.WriteString("concurrency"u8, concurrency.Text());
        }

        if (options.Consistency is { } consistency)
        {
            writer.WriteString("consistency"u8, consistency.Text());
        }

        writer.WriteEndObject();
    }
}
