using System.Text.Json;
using Dapr;
using Dapr.Actors;
using Dapr.Actors.Client;
using Dapr.Actors.Runtime;
using Dapr.AspNetCore;
using Dapr.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaprTrading.Tests.Contract.Sdk;

/// <summary>Uses every member services may use, by name and with its defaults. It is never run: that it compiles is the test (S2).</summary>
internal static class SurfaceUse
{
    public static async Task ClientAsync(DaprClient client, CancellationToken ct)
    {
        Dictionary<string, string> metadata = [];
        IReadOnlyDictionary<string, string> pairs = metadata;
        var options = new StateOptions { Consistency = ConsistencyMode.Strong, Concurrency = ConcurrencyMode.FirstWrite };
        JsonSerializerOptions json = client.JsonSerializerOptions;

        await client.PublishEventAsync(pubsubName: "p", topicName: "t", data: new Order(1, null), cancellationToken: ct);
        await client.PublishEventAsync(pubsubName: "p", topicName: "t", data: new Order(1, null), metadata: metadata, cancellationToken: ct);
        await client.PublishByteEventAsync("p", "t", data: new byte[1], dataContentType: "text/plain", metadata: metadata, cancellationToken: ct);
        BulkPublishResponse<Order> published = await client.BulkPublishEventAsync("p", "t", events: [new Order(1, null)], metadata: null, cancellationToken: ct);
        foreach (BulkPublishResponseFailedEntry<Order> failed in published.FailedEntries)
        {
            BulkPublishEntry<Order> entry = failed.Entry;
            _ = (failed.ErrorMessage, entry.EntryId, entry.EventData, entry.ContentType, entry.Metadata);
        }

        Order? read = await client.GetStateAsync<Order?>(storeName: "s", key: "k", consistencyMode: ConsistencyMode.Eventual, metadata: pairs, cancellationToken: ct);
        (Order? value, string etag) = await client.GetStateAndETagAsync<Order?>("s", "k", consistencyMode: null, metadata: null, cancellationToken: ct);
        IReadOnlyList<BulkStateItem<Order?>> items = await client.GetBulkStateAsync<Order?>("s", keys: ["k"], parallelism: null, metadata: null, cancellationToken: ct);
        await client.SaveStateAsync("s", "k", value: read, stateOptions: options, metadata: pairs, cancellationToken: ct);
        bool saved = await client.TrySaveStateAsync("s", "k", value, etag: etag, stateOptions: options, metadata: null, cancellationToken: ct);
        await client.DeleteStateAsync("s", "k", stateOptions: options, metadata: null, cancellationToken: ct);
        bool deleted = await client.TryDeleteStateAsync("s", "k", etag: items[0].ETag, stateOptions: null, metadata: null, cancellationToken: ct);
        var operation = new StateTransactionRequest(key: "k", value: JsonSerializer.SerializeToUtf8Bytes(saved && deleted, json), operationType: StateOperationType.Upsert,
            etag: null, metadata: null, options: null);
        operation.Options = options;
        operation.OperationType = StateOperationType.Delete;
        (operation.Value, operation.ETag, operation.Metadata) = (null, operation.Key, pairs);
        await client.ExecuteStateTransactionAsync("s", operations: [operation], metadata: pairs, cancellationToken: ct);

        using HttpClient invoke = client.CreateInvokableHttpClient(appId: "app");
        bool healthy = await client.CheckHealthAsync(ct) && await client.CheckOutboundHealthAsync(ct);
        await client.WaitForSidecarAsync(ct);
        DaprMetadata about = await client.GetMetadataAsync(ct);
        _ = (healthy, about.Id, about.Extended, about.Actors.Select(actor => (actor.Type, actor.Count)),
            about.Components.Select(component => (component.Name, component.Type, component.Version, component.Capabilities)), items[0].Key, items[0].Value);
        client.Dispose();
    }

    public static void Registration(IServiceCollection services)
    {
        services.AddDaprClient();
        services.AddDaprClient(configure: builder => builder
            .UseHttpEndpoint("http://localhost").UseGrpcEndpoint("http://localhost").UseDaprApiToken("t").UseTimeout(TimeSpan.FromSeconds(1))
            .UseJsonSerializationOptions(new JsonSerializerOptions(JsonSerializerDefaults.Web)).Build(), lifetime: ServiceLifetime.Singleton);
        services.AddDaprClient((provider, builder) => builder.UseDaprApiToken(provider.GetRequiredService<string>()));
        services.AddActors(configure: _ => { }, lifetime: ServiceLifetime.Singleton);
        services.AddActors(Configure);
    }

    public static void Endpoints(WebApplication app)
    {
        app.UseCloudEvents();
        app.UseCloudEvents(new CloudEventsMiddlewareOptions { ForwardCloudEventPropertiesAsHeaders = true });
        app.MapSubscribeHandler();
        app.MapSubscribeHandler(new SubscribeOptions { EnableRawPayload = true });
        app.MapActorsHandlers();
        RouteHandlerBuilder plain = app.MapPost("/a", [Topic("p", "t", "dead", false), BulkSubscribe("t", 50, 40)] () => { }).WithTopic("p", "t");
        plain.WithTopic(new TopicOptions { PubsubName = "p", Name = "t", DeadLetterTopic = "d", Match = "m", Priority = 1, EnableRawPayload = false, OwnedMetadatas = ["x"] })
            .WithBulkSubscribe(new BulkSubscribeTopicOptions { TopicName = "t", MaxMessagesCount = 50, MaxAwaitDurationMs = 40 });
    }

    public static BulkSubscribeAppResponse Handle(BulkSubscribeMessage<BulkMessageModel<Order>> batch)
    {
        List<BulkSubscribeAppResponseEntry> statuses = [];
        foreach (BulkSubscribeMessageEntry<BulkMessageModel<Order>> entry in batch.Entries)
        {
            BulkMessageModel<Order> model = entry.Event;
            _ = (model.Id, model.Source, model.Type, model.Specversion, model.Datacontenttype, model.Data, entry.ContentType, entry.Metadata, batch.Topic, batch.Metadata);
            statuses.Add(new BulkSubscribeAppResponseEntry(entryId: entry.EntryId, status: BulkSubscribeAppResponseStatus.RETRY));
        }

        return new BulkSubscribeAppResponse(statuses);
    }

    public static async Task ProxiesAsync(IActorProxyFactory factory, CancellationToken ct)
    {
        var options = new ActorProxyOptions
        {
            JsonSerializerOptions = new JsonSerializerOptions(JsonSerializerDefaults.Web),
            DaprApiToken = "t",
            HttpEndpoint = "http://localhost",
            RequestTimeout = TimeSpan.FromSeconds(1),
            UseJsonSerialization = true,
        };
        HttpMessageHandler handler = new SocketsHttpHandler();
        _ = new ActorProxyFactory(options: options, handler: handler) { DefaultOptions = options };
        ActorProxy proxy = factory.Create(actorId: new ActorId("a"), actorType: "T", options: null);
        Order result = await proxy.InvokeMethodAsync<Order, Order>(method: "M", data: new Order(1, null), cancellationToken: ct);
        await proxy.InvokeMethodAsync("M", result, ct);
        result = await proxy.InvokeMethodAsync<Order>("M", ct);
        await ActorProxy.Create(proxy.ActorId, proxy.ActorType, options).InvokeMethodAsync(result.ProductName ?? "M", ct);
        IActorProxy face = proxy;
        _ = (face.ActorId.GetId(), face.ActorType, ActorProxy.DefaultProxyFactory);
    }

    public static string Errors(Exception exception) => exception switch
    {
        DaprApiException api => $"{api.ErrorCode} {api.IsTransient}",
        DaprException dapr => dapr.Message,
        _ => throw new DaprException("unknown", exception),
    };

    private static void Configure(ActorRuntimeOptions options)
    {
        options.ActorIdleTimeout = options.ActorScanInterval = options.DrainOngoingCallTimeout = TimeSpan.FromMinutes(1);
        options.DrainRebalancedActors = true;
        options.ReentrancyConfig = new ActorReentrancyConfig { Enabled = false, MaxStackDepth = 3 };
        options.JsonSerializerOptions = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        (options.DaprApiToken, options.HttpEndpoint, options.RemindersStoragePartitions, options.UseJsonSerialization) = (null, null, null, false);
        options.Actors.RegisterActor<ShelfActor>();
        options.Actors.RegisterActor<ShelfActor>(typeOptions: new ActorRuntimeOptions(), configure: registration => registration.Activator = null!);
        options.Actors.RegisterActor<ShelfActor>(actorTypeName: "B");
        options.Actors.RegisterActor<ShelfActor>("C", new ActorRuntimeOptions());
        ActorRegistration first = options.Actors[0];
        _ = (first.Type.ActorTypeName, first.Type.ImplementationType, first.Type.InterfaceTypes, first.Type.IsAbstract, first.Type.IsRemindable, first.TypeOptions);
    }
}

public interface IShelfActor : IActor
{
    Task<int> PutAsync(int number, CancellationToken cancellationToken);
}

/// <summary>An actor as services write them, using every protected member; a test may put its own state in.</summary>
[Actor(TypeName = "Shelf")]
public sealed class ShelfActor : Actor, IShelfActor, IRemindable
{
    public ShelfActor(ActorHost host, IActorStateManager? state = null)
        : base(host) => StateManager = state ?? StateManager;

    public async Task<int> PutAsync(int number, CancellationToken cancellationToken)
    {
        int sum = await StateManager.AddOrUpdateStateAsync("sum", number, (_, old) => old + number, cancellationToken);
        ConditionalValue<int> again = await StateManager.TryGetStateAsync<int>("sum", cancellationToken);
        await SaveStateAsync();
        return again is { HasValue: true, Value: var value } && value == sum ? sum : -1;
    }

    public async Task ReceiveReminderAsync(string reminderName, byte[] state, TimeSpan dueTime, TimeSpan period)
    {
        IActorReminder reminder = await RegisterReminderAsync(reminderName, state, dueTime, period);
        await RegisterReminderAsync(reminder.Name, reminder.State, reminder.DueTime, reminder.Period, TimeSpan.FromHours(1));
        await RegisterReminderAsync(reminderName, state, dueTime, period, repetitions: 3);
        await RegisterReminderAsync(reminderName, state, dueTime, period, repetitions: 3, ttl: TimeSpan.FromHours(1));
        await UnregisterReminderAsync(await GetReminderAsync(reminderName));
        await UnregisterReminderAsync(reminderName);
        ActorTimer timer = await RegisterTimerAsync(timerName: "t", callback: nameof(TickAsync), callbackParams: state, dueTime: dueTime, period: period);
        await RegisterTimerAsync(timer.Name, timer.TimerCallback, timer.Data, timer.DueTime, timer.Period, TimeSpan.FromHours(1));
        await UnregisterTimerAsync(timer);
        await UnregisterTimerAsync("t");
        _ = (Id, Host.ActorTypeInfo, Host.LoggerFactory, Host.JsonSerializerOptions, Host.TimerManager, ProxyFactory, Logger, NullLogger.Instance);
    }

    protected override Task OnActivateAsync() => Task.CompletedTask;

    protected override Task OnDeactivateAsync() => Task.CompletedTask;

    protected override Task OnPreActorMethodAsync(ActorMethodContext actorMethodContext) => Task.CompletedTask;

    protected override Task OnPostActorMethodAsync(ActorMethodContext actorMethodContext) => Task.CompletedTask;

    protected override Task OnActorMethodFailedAsync(ActorMethodContext actorMethodContext, Exception e) => Task.CompletedTask;

    private Task TickAsync() => SaveStateAsync();
}
