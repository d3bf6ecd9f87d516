using System.Runtime.InteropServices;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>One call of a state script.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct StateCall(string Key, string Version, ReadOnlyMemory<byte> Value, bool FirstWrite, string Ttl, bool Deletes)
{
    public RedisScript Script => Deletes ? RedisScript.Delete : RedisScript.Save;
}

/// <summary>A record as read: what is there, or that the key is of another kind than a hash.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct StateRead(StateItem? Item, RedisServerException? Refused);

/// <summary>The state commands: how they are written and what their replies mean.</summary>
internal static class StateCommands
{
    public static Task<StateRead[]> ReadAsync(RedisClient client, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        int count = keys.Count;
        return client.SendAsync(keys, EncodeReads, count, (ref RespReader reader) => ParseReads(ref reader, count), cancellationToken);
    }

    public static Task<StateRead> ReadAsync(RedisClient client, string key, CancellationToken cancellationToken) =>
        client.SendAsync(key, EncodeRead, 1, ParseRead, cancellationToken);

    public static Task<byte[]?> GetPlainAsync(RedisClient client, string key, CancellationToken cancellationToken) =>
        client.SendAsync(key, EncodeGet, 1, ParseBytes, cancellationToken);

    /// <summary>Runs a script by its name, and with its text when Redis does not know it.</summary>
    public static async Task<long> CallAsync(RedisClient client, StateCall call, CancellationToken cancellationToken)
    {
        try
        {
            return await client.SendAsync(call, EncodeBySha, 1, ParseInteger, cancellationToken).ConfigureAwait(false);
        }
        catch (RedisServerException unknown) when (unknown.Is("NOSCRIPT"))
        {
            return await client.SendAsync(call, EncodeByText, 1, ParseInteger, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Runs calls between MULTI and EXEC; gives the refusal of each, or null when there is none.</summary>
    public static Task<RedisServerException?[]?> TransactAsync(RedisClient client, StateCall[] calls, CancellationToken cancellationToken) =>
        client.SendAsync(calls, EncodeTransaction, calls.Length + 2, (ref RespReader reader) => ParseTransaction(ref reader, calls.Length), cancellationToken);

    /// <summary>Waits until replicas have the writes; gives their number.</summary>
    public static Task<long> WaitAsync(RedisClient client, int replicas, CancellationToken cancellationToken) =>
        client.SendAsync(replicas, EncodeWait, 1, ParseInteger, cancellationToken);

    /// <summary>What <c>INFO replication</c> says.</summary>
    public static Task<string?> ReplicationAsync(RedisClient client, CancellationToken cancellationToken) =>
        client.SendAsync(0, EncodeInfo, 1, ParseText, cancellationToken);

    private static void EncodeReads(ref RespWriter writer, IReadOnlyList<string> keys)
    {
        for (int i = 0; i < keys.Count; i++) EncodeRead(ref writer, keys[i]);
    }

    private static void EncodeRead(ref RespWriter writer, string key)
    {
        writer.Begin(4);
        writer.Add("HMGET"u8);
        writer.Add(key);
        writer.Add("data"u8);
        writer.Add("version"u8);
    }

    private static void EncodeGet(ref RespWriter writer, string key)
    {
        writer.Begin(2);
        writer.Add("GET"u8);
        writer.Add(key);
    }

    private static void EncodeWait(ref RespWriter writer, int replicas)
    {
        writer.Begin(3);
        writer.Add("WAIT"u8);
        writer.Add(replicas);
        writer.Add(1000);
    }

    private static void EncodeInfo(ref RespWriter writer, int unused)
    {
        writer.Begin(2);
        writer.Add("INFO"u8);
        writer.Add("replication"u8);
    }

    private static void EncodeBySha(ref RespWriter writer, StateCall call) => EncodeCall(ref writer, call, bySha: true);

    private static void EncodeByText(ref RespWriter writer, StateCall call) => EncodeCall(ref writer, call, bySha: false);

    // Inside a transaction a script unknown to Redis would fail after others have run, so there it always goes with its text.
    private static void EncodeTransaction(ref RespWriter writer, StateCall[] calls)
    {
        writer.Begin(1);
        writer.Add("MULTI"u8);
        foreach (StateCall call in calls) EncodeCall(ref writer, call, bySha: false);
        writer.Begin(1);
        writer.Add("EXEC"u8);
    }

    private static void EncodeCall(ref RespWriter writer, in StateCall call, bool bySha)
    {
        writer.Begin(call.Deletes ? 5 : 8);
        writer.Add(bySha ? "EVALSHA"u8 : "EVAL"u8);
        writer.Add(bySha ? call.Script.Sha : call.Script.Text);
        writer.Add(1);
        writer.Add(call.Key);
        writer.Add(call.Version);
        if (call.Deletes) return;
        writer.Add(call.Value.Span);
        writer.Add(call.FirstWrite ? "1"u8 : "0"u8);
        writer.Add(call.Ttl);
    }

    private static StateRead[] ParseReads(ref RespReader reader, int count)
    {
        var reads = new StateRead[count];
        for (int i = 0; i < count; i++) reads[i] = ParseRead(ref reader);
        return reads;
    }

    private static StateRead ParseRead(ref RespReader reader)
    {
        if (reader.TryReadError(out RedisServerException? refused)) return new StateRead(null, refused);
        reader.ReadArray();
        byte[]? data = reader.ReadBytes();
        string? version = reader.ReadString();
        return new StateRead(data is null ? null : new StateItem(data, version, null), null);
    }

    private static RedisServerException?[]? ParseTransaction(ref RespReader reader, int count)
    {
        reader.Skip();
        RedisServerException? queueing = null;
        for (int i = 0; i < count; i++)
        {
            if (reader.TryReadError(out RedisServerException? error)) queueing ??= error;
            else reader.Skip();
        }

        if (queueing is not null) throw queueing;
        if (reader.ReadArray() != count) throw new RedisProtocolException("the transaction was not run");

        RedisServerException?[]? refusals = null;
        for (int i = 0; i < count; i++)
        {
            if (reader.TryReadError(out RedisServerException? refused)) (refusals ??= new RedisServerException?[count])[i] = refused;
            else reader.Skip();
        }

        return refusals;
    }

    private static byte[]? ParseBytes(ref RespReader reader) => reader.ReadBytes();

    private static string? ParseText(ref RespReader reader) => reader.ReadString();

    private static long ParseInteger(ref RespReader reader) => reader.ReadInteger();
}
