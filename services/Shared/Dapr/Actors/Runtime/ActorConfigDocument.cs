using System.Buffers;
using System.Text.Json;

namespace Dapr.Actors.Runtime;

/// <summary>The document the sidecar asks for at <c>GET /dapr/config</c>.</summary>
internal static class ActorConfigDocument
{
    public static void Write(IBufferWriter<byte> output, ActorRuntimeOptions options)
    {
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        WriteEntities(writer, options.Actors.Select(actor => actor.Type.ActorTypeName));
        WriteSettings(writer, options);
        List<ActorRegistration> own = [.. options.Actors.Where(actor => actor.TypeOptions is not null)];
        if (own.Count > 0)
        {
            writer.WriteStartArray("entitiesConfig"u8);
            foreach (ActorRegistration actor in own)
            {
                writer.WriteStartObject();
                WriteEntities(writer, [actor.Type.ActorTypeName]);
                WriteSettings(writer, actor.TypeOptions);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static void WriteEntities(Utf8JsonWriter writer, IEnumerable<string> names)
    {
        writer.WriteStartArray("entities"u8);
        foreach (string name in names)
        {
            writer.WriteStringValue(name);
        }

        writer.WriteEndArray();
    }

    private static void WriteSettings(Utf8JsonWriter writer, ActorRuntimeOptions options)
    {
        WriteTime(writer, "actorIdleTimeout", options.ActorIdleTimeout);
        WriteTime(writer, "actorScanInterval", options.ActorScanInterval);
        WriteTime(writer, "drainOngoingCallTimeout", options.DrainOngoingCallTimeout);
        if (options.DrainRebalancedActors)
        {
            writer.WriteBoolean("drainRebalancedActors"u8, true);
        }

        if (options.RemindersStoragePartitions is { } partitions)
        {
            writer.WriteNumber("remindersStoragePartitions"u8, partitions);
        }

        WriteReentrancy(writer, options.ReentrancyConfig);
    }

    private static void WriteTime(Utf8JsonWriter writer, string name, TimeSpan? time)
    {
        if (time is { } value)
        {
            writer.WriteString(name, ActorTimes.Format(value));
        }
    }

    private static void WriteReentrancy(Utf8JsonWriter writer, ActorReentrancyConfig? reentrancy)
    {
        if (reentrancy is null)
        {
            return;
        }

        writer.WriteStartObject("reentrancy"u8);
        writer.WriteBoolean("enabled"u8, reentrancy.Enabled);
        if (reentrancy.MaxStackDepth is { } depth)
        {
            writer.WriteNumber("maxStackDepth"u8, depth);
        }

        writer.WriteEndObject();
    }
}
