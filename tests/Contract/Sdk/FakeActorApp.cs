using Dapr.Actors.Runtime;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace DaprTrading.Tests.Contract.Sdk;

/// <summary>An app that hosts the test actors, and the fake sidecar behind it.</summary>
public sealed class FakeActorApp : IAsyncDisposable
{
    private FakeActorApp(FakeSidecar sidecar, FakeActorStore store)
    {
        Sidecar = sidecar;
        Store = store;
    }

    public FakeSidecar Sidecar { get; }

    public FakeActorStore Store { get; }

    public Diary Diary { get; } = new();

    public FakeApp App { get; private set; } = null!;

    public FakeCall[] Saves => [.. Sidecar.Calls.Where(call => call.Method == "PUT" && call.Target.EndsWith("/state", StringComparison.Ordinal))];

    public FakeCall[] Reads => [.. Sidecar.Calls.Where(call => call.Method == "GET")];

    public static async Task<FakeActorApp> StartAsync(Action<ActorRuntimeOptions>? configure = null, Action<WebApplication>? map = null)
    {
        var store = new FakeActorStore();
        FakeSidecar sidecar = await FakeSidecar.StartAsync(store.Answer);
        var app = new FakeActorApp(sidecar, store);
        app.App = await FakeApp.StartAsync(builder =>
        {
            builder.Services.AddSingleton(app.Diary);
            builder.Services.AddScoped<Companion>();
            builder.Services.AddActors(options =>
            {
                options.HttpEndpoint = sidecar.Endpoint;
                options.DaprApiToken = "secret";
                options.Actors.RegisterActor<CounterActor>();
                options.Actors.RegisterActor<StateActor>();
                configure?.Invoke(options);
            });
        }, web =>
        {
            web.MapActorsHandlers();
            map?.Invoke(web);
        });
        return app;
    }

    /// <summary>A method call as the sidecar makes it.</summary>
    public async Task<(int Status, string Body)> CallAsync(string method, string? body = null, string id = "a", string type = "Counter",
        CancellationToken cancellationToken = default)
    {
        (int status, string answer, _) = await App.SendAsync(HttpMethod.Put, $"/actors/{type}/{id}/method/{method}", body, cancellationToken: cancellationToken);
        return (status, answer);
    }

    public async Task<int> DeactivateAsync(string id = "a", string type = "Counter") =>
        (await App.SendAsync(HttpMethod.Delete, $"/actors/{type}/{id}")).Status;

    public async ValueTask DisposeAsync()
    {
        Diary.Go.TrySetResult();
        await App.DisposeAsync();
        await Sidecar.DisposeAsync();
    }
}
