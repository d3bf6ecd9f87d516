using DaprTrading.LocalRuntime.Components;
using DaprTrading.Tests.Contract.Components.Support;
using DaprTrading.Tests.Contract.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaprTrading.Tests.Contract.Components;

/// <summary>Groups that another runtime named by a uuid and left behind do not hold up the trimming.</summary>
public sealed class RedisStrangersTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const int MaxLen = 300;

    private readonly string _topic = $"t-{Guid.NewGuid():N}";
    private readonly string _left = $"signals-{Guid.NewGuid()}", _ours = $"signals-{Guid.NewGuid()}";

    private RedisServer Redis => redis.Server;

    [Fact]
    public async Task Trimming_GroupLeftBehind_RemovesItAndGoesOn()
    {
        await using RedisClient client = await ClientAsync();
        await using RedisTrimmer trimmer = Trimmer(client, TimeSpan.FromMilliseconds(100));
        foreach (string group in (string[])[_left, _ours, "processing", "signals-1"]) await ReadOnceAsync(group);

        await Eventually.TrueAsync(
            async () =>
            {
                await AddAsync(trimmer, MaxLen);
                return !(await GroupsAsync()).Contains(_left);
            },
            "the group to be removed");

        (await GroupsAsync()).Should().BeEquivalentTo(_ours, "processing", "signals-1");
        foreach (string group in (string[])[_ours, "processing", "signals-1"]) await Redis.ExecuteAsync("XGROUP", "DESTROY", _topic, group);
        await Eventually.TrueAsync(
            async () =>
            {
                await AddAsync(trimmer, 1);
                return (long)(await Redis.ExecuteAsync("XLEN", _topic))! < MaxLen + 120;
            },
            "the stream to be trimmed to its length");
    }

    [Fact]
    public async Task Trimming_GroupThatWasReadLately_KeepsIt()
    {
        await using RedisClient client = await ClientAsync();
        await using RedisTrimmer trimmer = Trimmer(client, TimeSpan.FromHours(1));
        await ReadOnceAsync(_left);

        await AddAsync(trimmer, 10 * MaxLen);
        await Eventually.TrueAsync(
            async () =>
            {
                await AddAsync(trimmer, 1);
                return (long)(await Redis.ExecuteAsync("XLEN", _topic))! < (2 * MaxLen) + 120;
            },
            "the stream to be trimmed");

        (await GroupsAsync()).Should().Equal(_left);
    }

    private RedisTrimmer Trimmer(RedisClient client, TimeSpan idle) => new(
        client, MaxLen, new RedisStrangers(group => group.Group == _ours, idle, NullLogger.Instance), TimeProvider.System, NullLogger.Instance);

    private async Task<RedisClient> ClientAsync()
    {
        string[] address = Redis.Host.Split(':');
        var options = new RedisOptions { Host = address[0], Port = int.Parse(address[1], System.Globalization.CultureInfo.InvariantCulture), Label = "test" };
        var client = new RedisClient(options, TimeProvider.System, NullLogger.Instance);
        await client.StartAsync(default);
        return client;
    }

    private async Task ReadOnceAsync(string group)
    {
        await Redis.ExecuteAsync("XADD", _topic, "*", "data", "x");
        await Redis.ExecuteAsync("XGROUP", "CREATE", _topic, group, "0");
        await Redis.ExecuteAsync("XREADGROUP", "GROUP", group, group, "COUNT", "1", "STREAMS", _topic, ">");
    }

    private async Task AddAsync(RedisTrimmer trimmer, int count)
    {
        await Redis.ExecuteAsync("EVAL", "for i = 1, tonumber(ARGV[1]) do redis.call('XADD', KEYS[1], '*', 'data', 'x') end return 0", "1", _topic, $"{count}");
        trimmer.Added(_topic, count);
    }

    private async Task<string[]> GroupsAsync() =>
        [.. ((List<object?>)(await Redis.ExecuteAsync("XINFO", "GROUPS", _topic))!).Select(group => (string)((List<object?>)group!)[1]!)];
}
