using DaprTrading.Conformance.Running;
using DaprTrading.Conformance.Staging;

namespace DaprTrading.Conformance.Local;

/// <summary>The local runtime, in this process: real sidecars, components and actors on a real Redis.</summary>
public sealed class LocalTarget : ITarget
{
    private readonly IAsyncDisposable? _server;
    private readonly Lazy<Task<(IWorld World, Node Web)>> _standard;

    /// <summary>On a Redis that runs.</summary>
    /// <param name="redis">Its address, <c>host:port</c>.</param>
    /// <param name="postgres">PostgreSQL for stores of the checks' own; null: none.</param>
    /// <param name="server">Disposed with the target; null: nothing.</param>
    public LocalTarget(string redis, string? postgres = null, IAsyncDisposable? server = null)
    {
        Redis = redis;
        Postgres = postgres;
        _server = server;
        _standard = new Lazy<Task<(IWorld, Node)>>(StartStandardAsync);
    }

    /// <inheritdoc/>
    public bool StartsSidecars => true;

    /// <inheritdoc/>
    public string Redis { get; }

    /// <inheritdoc/>
    public string? Postgres { get; }

    /// <inheritdoc/>
    public string? Release => null;

    /// <summary>On the Redis named, or one of its own.</summary>
    public static async Task<ITarget> CreateAsync(Arguments arguments)
    {
        if (arguments.Redis is { } running) return new LocalTarget(running, arguments.Postgres);
        OwnRedis server = await OwnRedis.StartAsync();
        return new LocalTarget(server.Address, arguments.Postgres, server);
    }

    /// <inheritdoc/>
    public async Task<Node> StandardAsync(CancellationToken cancellationToken) => (await _standard.Value.WaitAsync(cancellationToken)).Web;

    /// <inheritdoc/>
    public async Task<IWorld> StartAsync(IReadOnlyList<string> resources, IReadOnlyDictionary<string, string>? variables, CancellationToken cancellationToken)
    {
        string folder = Directory.CreateTempSubdirectory("conformance-").FullName;
        try
        {
            for (int i = 0; i < resources.Count; i++) await File.WriteAllTextAsync(Path.Combine(folder, $"{i}.yaml"), resources[i], cancellationToken);
            return await LocalWorld.StartAsync(folder, Redis, variables, cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_standard.IsValueCreated) await (await _standard.Value).World.DisposeAsync();
        if (_server is not null) await _server.DisposeAsync();
    }

    private async Task<(IWorld World, Node Web)> StartStandardAsync()
    {
        LocalWorld world = await LocalWorld.StartAsync(Path.Combine(AppContext.BaseDirectory, "conformance"), Redis, null, CancellationToken.None);
        return (world, await world.AddAsync(new NodeSetup("web"), StandardApp.Create(), CancellationToken.None));
    }
}
