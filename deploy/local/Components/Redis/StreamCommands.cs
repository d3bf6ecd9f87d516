using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>An entry of a stream as read.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct StreamEntry(StreamId Id, byte[] Data, IReadOnlyDictionary<string, string> Metadata);

/// <summary>An entry that was handed out and not acknowledged.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PendingEntry(StreamId Id, long IdleMilliseconds);

/// <summary>A consumer group of a stream; the group has one consumer, of the same name.</summary>
internal sealed record StreamGroup(string Topic, string Group);

/// <summary>How far a consumer group has come.</summary>
/// <param name="Name">Name of the group.</param>
/// <param name="Pending">Entries handed out and not acknowledged.</param>
/// <param name="LastDelivered">The newest entry handed out.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct StreamGroupState(string Name, long Pending, StreamId LastDelivered);

/// <summary>The stream commands: how they are written and what their replies mean.</summary>
internal static class StreamCommands
{
    public static Task<StreamEntry[]> ReadNewAsync(RedisConnection connection, StreamGroup group, int count, long blockMilliseconds) =>
        connection.SendAsync((group, count, blockMilliseconds), EncodeRead, 1, ParseRead);

    public static Task<bool> CreateGroupAsync(RedisConnection connection, StreamGroup group) => connection.SendAsync(group, EncodeCreate, 1, ParseCreate);

    public static Task<bool> DestroyGroupAsync(RedisClient client, StreamGroup group, CancellationToken cancellationToken) =>
        client.SendAsync(group, EncodeDestroy, 1, ParseDestroy, cancellationToken);

    public static Task<long> ClientIdAsync(RedisConnection connection) => connection.SendAsync(0, EncodeClientId, 1, ParseInteger);

    public static Task<long> UnblockAsync(RedisClient client, long clientId, CancellationToken cancellationToken) =>
        client.SendAsync(clientId, EncodeUnblock, 1, ParseInteger, cancellationToken);

    public static Task<long> AcknowledgeAsync(RedisClient client, StreamGroup group, IReadOnlyList<StreamId> ids, CancellationToken cancellationToken) =>
        client.SendAsync((group, ids), EncodeAck, 1, ParseInteger, cancellationToken);

    public static Task<PendingEntry[]> PendingAsync(RedisClient client, StreamGroup group, StreamId from, int count, CancellationToken cancellationToken) =>
        client.SendAsync((group, from, count), EncodePending, 1, ParsePending, cancellationToken);

    public static Task<StreamEntry[]> ClaimAsync(
        RedisClient client, StreamGroup group, long minIdleMilliseconds, IReadOnlyList<StreamId> ids, CancellationToken cancellationToken) =>
        client.SendAsync((group, minIdleMilliseconds, ids), EncodeClaim, 1, ParseEntries, cancellationToken);

    /// <summary>Which of the entries still exist.</summary>
    public static Task<bool[]> ExistAsync(RedisClient client, string topic, IReadOnlyList<StreamId> ids, CancellationToken cancellationToken)
    {
        int count = ids.Count;
        return client.SendAsync((topic, ids), EncodeRanges, count, (ref RespReader reader) => ParseExist(ref reader, count), cancellationToken);
    }

    /// <summary>Length of a stream and its groups.</summary>
    public static Task<(long Length, StreamGroupState[] Groups)> LookAsync(RedisClient client, string topic, CancellationToken cancellationToken) =>
        client.SendAsync(topic, EncodeLook, 2, ParseLook, cancellationToken);

    /// <summary>Milliseconds since any consumer of a group asked for entries; null when it has no consumer.</summary>
    public static Task<long?> IdleAsync(RedisClient client, StreamGroup group, CancellationToken cancellationToken) =>
        client.SendAsync(group, EncodeConsumers, 1, ParseIdle, cancellationToken);

    /// <summary>Trims to about a length.</summary>
    /// <returns>How many entries were removed.</returns>
    public static Task<long> TrimAsync(RedisClient client, string topic, long maxLen, CancellationToken cancellationToken) =>
        client.SendAsync((topic, maxLen), EncodeTrim, 1, ParseInteger, cancellationToken);

    /// <summary>Removes at most so many of the oldest entries, and none from <paramref name="keep"/> on.</summary>
    /// <returns>How many entries were removed.</returns>
    public static Task<long> TrimBeforeAsync(RedisClient client, string topic, StreamId keep, long most, CancellationToken cancellationToken) =>
        client.SendAsync((topic, keep, most), EncodeTrimBefore, 1, ParseInteger, cancellationToken);

    private static void EncodeLook(ref RespWriter writer, string topic)
    {
        writer.Begin(2);
        writer.Add("XLEN"u8);
        writer.Add(topic);
        writer.Begin(3);
        writer.Add("XINFO"u8);
        writer.Add("GROUPS"u8);
        writer.Add(topic);
    }

    private static void EncodeConsumers(ref RespWriter writer, StreamGroup group)
    {
        writer.Begin(4);
        writer.Add("XINFO"u8);
        writer.Add("CONSUMERS"u8);
        writer.Add(group.Topic);
        writer.Add(group.Group);
    }

    private static void EncodeTrim(ref RespWriter writer, (string Topic, long MaxLen) state)
    {
        writer.Begin(5);
        writer.Add("XTRIM"u8);
        writer.Add(state.Topic);
        writer.Add("MAXLEN"u8);
        writer.Add("~"u8);
        writer.Add(state.MaxLen);
    }

    private static void EncodeTrimBefore(ref RespWriter writer, (string Topic, StreamId Keep, long Most) state)
    {
        writer.Begin(7);
        writer.Add("XTRIM"u8);
        writer.Add(state.Topic);
        writer.Add("MINID"u8);
        writer.Add("~"u8);
        writer.Add(state.Keep);
        writer.Add("LIMIT"u8);
        writer.Add(state.Most);
    }

    private static (long Length, StreamGroupState[] Groups) ParseLook(ref RespReader reader)
    {
        long length = reader.ReadInteger();
        var groups = new StreamGroupState[Math.Max(0, reader.ReadArray())];
        for (int i = 0; i < groups.Length; i++) groups[i] = ParseGroup(ref reader);
        return (length, groups);
    }

    private static StreamGroupState ParseGroup(ref RespReader reader)
    {
        string name = "";
        long pending = 0;
        StreamId delivered = default;
        int fields = reader.ReadArray();
        for (int i = 0; i + 1 < fields; i += 2)
        {
            switch (reader.ReadString())
            {
                case "name": name = reader.ReadString() ?? ""; break;
                case "pending": pending = reader.ReadInteger(); break;
                case "last-delivered-id": delivered = reader.ReadStreamId(); break;
                default: reader.Skip(); break;
            }
        }

        return new StreamGroupState(name, pending, delivered);
    }

    private static long? ParseIdle(ref RespReader reader)
    {
        long? shortest = null;
        int consumers = reader.ReadArray();
        for (int i = 0; i < consumers; i++)
        {
            int fields = reader.ReadArray();
            for (int j = 0; j + 1 < fields; j += 2)
            {
                if (reader.ReadString() != "idle")
                {
                    reader.Skip();
                    continue;
                }

                long idle = reader.ReadInteger();
                shortest = shortest < idle ? shortest : idle;
            }
        }

        return shortest;
    }

    private static void EncodeRead(ref RespWriter writer, (StreamGroup Group, int Count, long Block) state)
    {
        writer.Begin(11);
        writer.Add("XREADGROUP"u8);
        writer.Add("GROUP"u8);
        writer.Add(state.Group.Group);
        writer.Add(state.Group.Group);
        writer.Add("COUNT"u8);
        writer.Add(state.Count);
        writer.Add("BLOCK"u8);
        writer.Add(state.Block);
        writer.Add("STREAMS"u8);
        writer.Add(state.Group.Topic);
        writer.Add(">"u8);
    }

    private static void EncodeCreate(ref RespWriter writer, StreamGroup group)
    {
        writer.Begin(6);
        writer.Add("XGROUP"u8);
        writer.Add("CREATE"u8);
        writer.Add(group.Topic);
        writer.Add(group.Group);
        writer.Add("0"u8);
        writer.Add("MKSTREAM"u8);
    }

    private static void EncodeDestroy(ref RespWriter writer, StreamGroup group)
    {
        writer.Begin(4);
        writer.Add("XGROUP"u8);
        writer.Add("DESTROY"u8);
        writer.Add(group.Topic);
        writer.Add(group.Group);
    }

    private static void EncodeClientId(ref RespWriter writer, int unused)
    {
        writer.Begin(2);
        writer.Add("CLIENT"u8);
        writer.Add("ID"u8);
    }

    private static void EncodeUnblock(ref RespWriter writer, long clientId)
    {
        writer.Begin(3);
        writer.Add("CLIENT"u8);
        writer.Add("UNBLOCK"u8);
        writer.Add(clientId);
    }

    private static void EncodeAck(ref RespWriter writer, (StreamGroup Group, IReadOnlyList<StreamId> Ids) state)
    {
        writer.Begin(3 + state.Ids.Count);
        writer.Add("XACK"u8);
        writer.Add(state.Group.Topic);
        writer.Add(state.Group.Group);
        for (int i = 0; i < state.Ids.Count; i++) writer.Add(state.Ids[i]);
    }

    private static void EncodePending(ref RespWriter writer, (StreamGroup Group, StreamId From, int Count) state)
    {
        writer.Begin(6);
        writer.Add("XPENDING"u8);
        writer.Add(state.Group.Topic);
        writer.Add(state.Group.Group);
        if (state.From == default) writer.Add("-"u8);
        else writer.Add(state.From);
        writer.Add("+"u8);
        writer.Add(state.Count);
    }

    private static void EncodeClaim(ref RespWriter writer, (StreamGroup Group, long MinIdle, IReadOnlyList<StreamId> Ids) state)
    {
        writer.Begin(5 + state.Ids.Count);
        writer.Add("XCLAIM"u8);
        writer.Add(state.Group.Topic);
        writer.Add(state.Group.Group);
        writer.Add(state.Group.Group);
        writer.Add(state.MinIdle);
        for (int i = 0; i < state.Ids.Count; i++) writer.Add(state.Ids[i]);
    }

    private static void EncodeRanges(ref RespWriter writer, (string Topic, IReadOnlyList<StreamId> Ids) state)
    {
        for (int i = 0; i < state.Ids.Count; i++)
        {
            writer.Begin(6);
            writer.Add("XRANGE"u8);
            writer.Add(state.Topic);
            writer.Add(state.Ids[i]);
            writer.Add(state.Ids[i]);
            writer.Add("COUNT"u8);
            writer.Add(1);
        }
    }

    private static bool ParseCreate(ref RespReader reader)
    {
        if (!reader.TryReadError(out RedisServerException? error)) return true;
        return error!.Is("BUSYGROUP") ? false : throw error;
    }

    // An error says that there is no such stream: then there is no group either.
    private static bool ParseDestroy(ref RespReader reader) => !reader.TryReadError(out _) && reader.ReadInteger() > 0;

    private static long ParseInteger(ref RespReader reader) => reader.ReadInteger();

    private static StreamEntry[] ParseRead(ref RespReader reader)
    {
        if (reader.ReadArray() <= 0) return [];
        reader.ReadArray();
        reader.Skip();
        return ParseEntries(ref reader);
    }

    private static StreamEntry[] ParseEntries(ref RespReader reader)
    {
        int count = Math.Max(0, reader.ReadArray());
        var entries = new StreamEntry[count];
        int filled = 0;
        for (int i = 0; i < count; i++)
        {
            // Servers before 7 answer nil for a claimed entry that no longer exists.
            if (reader.ReadArray() <= 0) continue;
            StreamId id = reader.ReadStreamId();
            if (ParseEntry(ref reader, id) is { } entry) entries[filled++] = entry;
        }

        return filled == count ? entries : entries[..filled];
    }

    private static StreamEntry? ParseEntry(ref RespReader reader, StreamId id)
    {
        int fields = reader.ReadArray();
        if (fields < 0) return null;

        byte[] data = [];
        IReadOnlyDictionary<string, string> metadata = EmptyMetadata.Value;
        for (int i = 0; i + 1 < fields; i += 2)
        {
            reader.TryReadString(out var name);
            if (Is(name, "data"u8))
            {
                data = reader.ReadBytes() ?? [];
            }
            else if (Is(name, "metadata"u8))
            {
                metadata = reader.TryReadString(out var json) ? MessageMetadata.Parse(json) : EmptyMetadata.Value;
            }
            else
            {
                reader.Skip();
            }
        }

        return new StreamEntry(id, data, metadata);
    }

    private static bool Is(in ReadOnlySequence<byte> name, ReadOnlySpan<byte> expected) =>
        name.Length == expected.Length && new SequenceReader<byte>(name).IsNext(expected);

    private static PendingEntry[] ParsePending(ref RespReader reader)
    {
        int count = Math.Max(0, reader.ReadArray());
        var entries = new PendingEntry[count];
        for (int i = 0; i < count; i++)
        {
            reader.ReadArray();
            StreamId id = reader.ReadStreamId();
            reader.Skip();
            entries[i] = new PendingEntry(id, reader.ReadInteger());
            reader.Skip();
        }

        return entries;
    }

    private static bool[] ParseExist(ref RespReader reader, int count)
    {
        var exist = new bool[count];
        for (int i = 0; i < count; i++)
        {
            int found = reader.ReadArray();
            exist[i] = found > 0;
            for (int j = 0; j < found; j++) reader.Skip();
        }

        return exist;
    }
}

/// <summary>The <c>metadata</c> field of a stream entry: a JSON object of texts.</summary>
internal static class MessageMetadata
{
    public static IReadOnlyDictionary<string, string> Parse(in ReadOnlySequence<byte> json)
    {
        if (json.Length <= 2) return EmptyMetadata.Value;
        var result = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        try
        {
            var reader = new Utf8JsonReader(json);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return EmptyMetadata.Value;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string name = reader.GetString()!;
                reader.Read();
                if (reader.TokenType == JsonTokenType.String) result[name] = reader.GetString()!;
                else reader.Skip();
            }
        }
        catch (JsonException)
        {
            // A foreign producer's entry without readable metadata is still a message.
            return EmptyMetadata.Value;
        }

        return result;
    }

    public static byte[] Write(IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata.Count == 0) return "{}"u8.ToArray();
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal)) writer.WriteString(name, value);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
