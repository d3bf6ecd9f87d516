namespace DaprTrading.LocalRuntime.Components;

/// <summary>What every connection says first.</summary>
internal static class RedisHandshake
{
    public static async Task RunAsync(RedisConnection connection, RedisOptions options)
    {
        try
        {
            if (options.Password is not null) await AuthenticateAsync(connection, options).ConfigureAwait(false);
            if (options.Database != 0)
            {
                await connection.SendAsync(options.Database, EncodeSelect, 1, ParseOk).ConfigureAwait(false);
            }

            // While Redis loads its data it refuses commands with LOADING: then this connection is of no use yet.
            await connection.SendAsync(0, EncodePing, 1, ParseOk).ConfigureAwait(false);
        }
        catch (RedisServerException refused)
        {
            string field = refused.Is("NOAUTH") || refused.Is("WRONGPASS") ? " (metadata field 'redisPassword' or 'redisUsername')" : "";
            throw new ComponentException($"{options.Label}: refused: {refused.Message}{field}", refused);
        }
        catch (RedisProtocolException strange)
        {
            throw new ComponentException($"{options.Label}: this is no Redis: {strange.Message}", strange);
        }
    }

    private static async Task AuthenticateAsync(RedisConnection connection, RedisOptions options)
    {
        try
        {
            await connection.SendAsync(options, EncodeAuth, 1, ParseOk).ConfigureAwait(false);
        }
        catch (RedisServerException refused) when (refused.Message.Contains("without any password configured", StringComparison.Ordinal))
        {
            // A password for a server that wants none does no harm.
        }
    }

    private static void EncodeAuth(ref RespWriter writer, RedisOptions options)
    {
        writer.Begin(options.Username is null ? 2 : 3);
        writer.Add("AUTH"u8);
        if (options.Username is not null) writer.Add(options.Username);
        writer.Add(options.Password!);
    }

    private static void EncodeSelect(ref RespWriter writer, int database)
    {
        writer.Begin(2);
        writer.Add("SELECT"u8);
        writer.Add(database);
    }

    private static void EncodePing(ref RespWriter writer, int unused)
    {
        writer.Begin(1);
        writer.Add("PING"u8);
    }

    private static bool ParseOk(ref RespReader reader)
    {
        reader.Skip();
        return true;
    }
}
