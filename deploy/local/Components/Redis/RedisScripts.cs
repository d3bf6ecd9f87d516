using System.Security.Cryptography;
using System.Text;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>A script and the name Redis keeps it under.</summary>
internal sealed class RedisScript(string text)
{
    public byte[] Text { get; } = Encoding.UTF8.GetBytes(text);

    public byte[] Sha { get; } = Encoding.UTF8.GetBytes(Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(text))));

    /// <summary>
    /// Saves one record: key; demanded version ("0": none), value, whether first-write was demanded ("1"), time to live in seconds ("": leave it).
    /// The record is a hash with data, version and, after a first-write save, first-write.
    /// </summary>
    public static RedisScript Save { get; } = new(
        """
        local kind = redis.call('TYPE', KEYS[1]).ok
        if kind ~= 'hash' and kind ~= 'none' then redis.call('DEL', KEYS[1]) end
        local version = redis.call('HGET', KEYS[1], 'version')
        if version and version ~= '' and version ~= ARGV[1] then
          if ARGV[1] ~= '0' or ARGV[3] == '1' or redis.call('HEXISTS', KEYS[1], 'first-write') == 1 then
            return redis.error_reply('CONFLICT version ' .. version)
          end
        end
        redis.call('HSET', KEYS[1], 'data', ARGV[2])
        if ARGV[3] == '1' then redis.call('HSET', KEYS[1], 'first-write', 0) end
        if ARGV[4] ~= '' then
          if tonumber(ARGV[4]) > 0 then redis.call('EXPIRE', KEYS[1], ARGV[4]) else redis.call('PERSIST', KEYS[1]) end
        end
        return redis.call('HINCRBY', KEYS[1], 'version', 1)
        """);

    /// <summary>Deletes one record: key; demanded version ("0": none).</summary>
    public static RedisScript Delete { get; } = new(
        """
        if ARGV[1] ~= '0' and redis.call('TYPE', KEYS[1]).ok == 'hash' then
          local version = redis.call('HGET', KEYS[1], 'version')
          if version and version ~= '' and version ~= ARGV[1] then return redis.error_reply('CONFLICT version ' .. version) end
        end
        return redis.call('DEL', KEYS[1])
        """);
}
