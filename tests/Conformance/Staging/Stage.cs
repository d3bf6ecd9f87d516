using System.Globalization;
using DaprTrading.Conformance.Running;

namespace DaprTrading.Conformance.Staging;

/// <summary>Where one check runs: names of its own, the standard sidecar or sidecars it starts, and what it may expect.</summary>
public sealed class Stage : IAsyncDisposable
{
    /// <summary>The releases whose bulk publishing is no longer alpha.</summary>
    public static readonly Releases Stable = new("1.17");

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly ITarget _target;
    private readonly Node? _web;
    private readonly List<IWorld> _worlds = [];

    internal Stage(Check check, ITarget target, Node? web, CancellationToken cancellationToken)
    {
        _target = target;
        _web = web;
        Stopping = cancellationToken;
        Mark = string.Create(CultureInfo.InvariantCulture, $"c{check.Id}-{Guid.NewGuid():N}")[..20];
    }

    /// <summary>A text nothing else has: part of every topic, key, actor id and payload of the check.</summary>
    public string Mark { get; }

    /// <summary>Ends the check.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>The standard sidecar, <c>web</c>.</summary>
    public Node Web => _web ?? throw new InvalidOperationException("a check with sidecars of its own has no standard sidecar");

    /// <summary>The app of the standard sidecar.</summary>
    public ScriptedApp App => Web.App;

    /// <summary>The Redis behind the components.</summary>
    public RedisProbe Redis => new(_target.Redis ?? throw new InvalidOperationException("the check does not say that it looks into Redis"));

    /// <summary>A PostgreSQL for stores of the check's own.</summary>
    public string Postgres => _target.Postgres ?? throw new InvalidOperationException("the check does not say that it needs a PostgreSQL");

    /// <summary>The newest world of the check's own.</summary>
    public IWorld World => _worlds[^1];

    /// <summary>Publishes entries in bulk, by the path that every release has.</summary>
    public Task<Reply> BulkAsync(string busAndTopic, string entries) => Web.Post((Stable.Have(_target.Release) ? "/v1.0" : "/v1.0-alpha1") + "/publish/bulk/" + busAndTopic, entries);

    /// <summary>Components of the check's own; none named: <c>bus</c> and <c>store</c>.</summary>
    public async Task<IWorld> WorldAsync(params string[] resources)
    {
        IWorld world = await _target.StartAsync(resources.Length == 0 ? [Resources.Bus(), Resources.Store()] : resources, null, Stopping);
        _worlds.Add(world);
        return world;
    }

    /// <summary>A sidecar of the check's own in a new world; its app id is the mark.</summary>
    public async Task<Node> NodeAsync(NodeSetup setup, params string[] resources) => await AddAsync(await WorldAsync(resources), setup);

    /// <summary>Another sidecar in a world.</summary>
    public Task<Node> AddAsync(IWorld world, NodeSetup setup) => world.AddAsync(setup, Stopping);

    /// <summary>What a sidecar is started with, under an app id nobody else has.</summary>
    public NodeSetup Setup(string suffix = "") => new(Mark + suffix);

    /// <summary>Waits until it holds.</summary>
    public Task UntilAsync(Func<bool> holds, string what) => UntilAsync(() => Task.FromResult(holds()), what);

    /// <summary>Waits until it holds.</summary>
    public async Task UntilAsync(Func<Task<bool>> holds, string what)
    {
        if (!await Waiting.UntilAsync(holds, Patience, Stopping)) throw new CheckFailedException($"not within {Patience.TotalSeconds:0} s: {what}");
    }

    /// <summary>Waits for the first request of the check that came to a path of the standard app.</summary>
    public Task<Seen> ArrivedAsync(string path, string? text = null) => ArrivedAsync(App, path, text);

    /// <summary>Waits for the first request of the check that came to a path of an app.</summary>
    public async Task<Seen> ArrivedAsync(ScriptedApp app, string path, string? text = null)
    {
        await UntilAsync(() => app.Of(text ?? Mark, path).Count > 0, $"a call of {path}");
        return app.Of(text ?? Mark, path)[0];
    }

    /// <summary>Fails unless it holds.</summary>
    public static void True(bool holds, string what)
    {
        if (!holds) throw new CheckFailedException("expected " + what);
    }

    /// <summary>Fails unless both are equal.</summary>
    public static void Equal<T>(T expected, T actual, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual)) throw new CheckFailedException($"{what}: expected '{expected}', got '{actual}'");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (IWorld world in _worlds) await world.DisposeAsync();
    }
}
