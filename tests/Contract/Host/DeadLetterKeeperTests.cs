using DaprTrading.LocalRuntime;
using DaprTrading.LocalRuntime.Components;
using DaprTrading.LocalRuntime.Host.DeadLetters;
using DaprTrading.Tests.Contract.Components.Support;
using DaprTrading.Tests.Contract.Sidecar.Fakes;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaprTrading.Tests.Contract.Host;

public sealed class DeadLetterKeeperTests : IDisposable
{
    private const string Subscriptions = """[{"pubsubname":"bus","topic":"t","route":"/t","deadLetterTopic":"dead"}]""";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Letter_ThatCannotBeWritten_ComesAgain()
    {
        var log = new ListLogger();
        await using ComponentRegistry registry = await ComponentRegistry.CreateAsync(
            new ResourceSet { Components = [TestComponents.Resource("bus", "pubsub.in-memory")] }, ComponentEnvironment.Empty, log, TimeProvider.System, default);
        IPubSub bus = registry.FindPubSub("web", "bus")!;
        await using World world = await World.StartAsync(app => app.Subscriptions = Subscriptions, w => w.Registry = new FakeRegistry(bus, w.Store));
        string path = _folder.File("letters");
        await File.WriteAllTextAsync(path, "in the way");
        var store = new DeadLetterStore(path, TimeProvider.System);
        await using var keeper = new DeadLetterKeeper(store, () => [world.Sidecar], NullLogger.Instance, TimeProvider.System);
        await keeper.PrepareAsync(world.Sidecar, default);

        await bus.PublishAsync(TestComponents.Message("dead", """{"specversion":"1.0","id":"1","topic":"t","data":1}"""), default);
        await Eventually.BeTrueAsync(() => log.Lines.Any(line => line.Contains("it comes again", StringComparison.Ordinal)), "the letter to be given back");
        File.Delete(path);

        await Eventually.BeTrueAsync(() => store.Counts().GetValueOrDefault("dead") == 1, "the letter to be kept");
    }
}
