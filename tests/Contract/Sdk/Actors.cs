using System.Collections.Concurrent;
using Dapr.Actors;
using Dapr.Actors.Runtime;

namespace DaprTrading.Tests.Contract.Sdk;

/// <summary>What the test actors did, in order.</summary>
public sealed class Diary
{
    private readonly ConcurrentQueue<string> _lines = new();

    public string[] Lines => [.. _lines];

    /// <summary>Lets waiting methods go on.</summary>
    public TaskCompletionSource Go { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Write(string line) => _lines.Enqueue(line);
}

/// <summary>A scoped service of an actor.</summary>
public sealed class Companion(Diary diary) : IDisposable
{
    public Guid Id { get; } = Guid.NewGuid();

    public void Dispose() => diary.Write("companion disposed");
}

public interface ICounter : IActor
{
    Task<int> AddAsync(int amount);

    Task<int> ReadAsync(CancellationToken cancellationToken);

    Task ResetAsync();

    Task<Order?> EchoAsync(Order? order, CancellationToken cancellationToken);

    Task FailAsync(int amount);

    Task<int> WaitAsync(CancellationToken cancellationToken);

    Task StubbornAsync(CancellationToken cancellationToken);

    Task TwoArgumentsAsync(int one, int two);

    Task<string> CompanionAsync();

    Task RegisterAsync(string what);

    Task<int> CallOtherAsync();
}

[Actor(TypeName = "Counter")]
public sealed class CounterActor(ActorHost host, Diary diary, Companion companion) : Actor(host), ICounter, IRemindable, IAsyncDisposable
{
    private const string Name = "count";

    public async Task<int> AddAsync(int amount)
    {
        int count = await StateManager.GetOrAddStateAsync(Name, 0);
        await StateManager.SetStateAsync(Name, count + amount);
        return count + amount;
    }

    public Task<int> ReadAsync(CancellationToken cancellationToken) => StateManager.GetOrAddStateAsync(Name, 0, cancellationToken);

    public Task ResetAsync() => StateManager.TryRemoveStateAsync(Name);

    public Task<Order?> EchoAsync(Order? order, CancellationToken cancellationToken) => Task.FromResult(order);

    public async Task FailAsync(int amount)
    {
        await AddAsync(amount);
        throw new InvalidOperationException("as asked");
    }

    public async Task<int> WaitAsync(CancellationToken cancellationToken)
    {
        int count = await AddAsync(1);
        diary.Write("waiting");
        await diary.Go.Task.WaitAsync(cancellationToken);
        return count;
    }

    public async Task StubbornAsync(CancellationToken cancellationToken)
    {
        await AddAsync(100);
        await using CancellationTokenRegistration registration = cancellationToken.Register(() => diary.Write("given up"));
        diary.Write("stubborn waits");
        await diary.Go.Task;
        diary.Write("stubborn ends");
    }

    public Task TwoArgumentsAsync(int one, int two) => Task.CompletedTask;

    public Task<string> CompanionAsync() => Task.FromResult(companion.Id.ToString());

    public Task RegisterAsync(string what) => what switch
    {
        "reminder" => RegisterReminderAsync("r", "tea"u8.ToArray(), TimeSpan.FromSeconds(5), TimeSpan.FromDays(1) + TimeSpan.FromMilliseconds(1.5)),
        "once" => RegisterReminderAsync("r", null, TimeSpan.Zero, TimeSpan.FromMilliseconds(-1)),
        "repeated" => RegisterReminderAsync("r", [], TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), 5),
        "lived" => RegisterReminderAsync("r", [], TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), 3, TimeSpan.FromHours(2)),
        "unremind" => UnregisterReminderAsync("r"),
        "get" => ReadReminderAsync(),
        "timer" => RegisterTimerAsync("t 1", nameof(OnTimerAsync), "tea"u8.ToArray(), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3)),
        "untimer" => UnregisterTimerAsync("t 1"),
        _ => RegisterTimerAsync(null, what, null, TimeSpan.Zero, TimeSpan.FromSeconds(1)),
    };

    public Task<int> CallOtherAsync() => ProxyFactory.Create(new ActorId("other"), "Counter").InvokeMethodAsync<int>("ReadAsync");

    public async Task ReceiveReminderAsync(string reminderName, byte[] state, TimeSpan dueTime, TimeSpan period)
    {
        await AddAsync(10);
        diary.Write($"reminded {reminderName} {Text(state)} {dueTime.TotalMilliseconds} {period.TotalMilliseconds}");
    }

    public ValueTask DisposeAsync()
    {
        diary.Write("disposed");
        return ValueTask.CompletedTask;
    }

    protected override async Task OnActivateAsync()
    {
        if (Id.GetId() == "sick")
        {
            throw new InvalidOperationException("cannot wake up");
        }

        await Task.Yield();
        diary.Write("activated");
    }

    protected override async Task OnDeactivateAsync()
    {
        await StateManager.SetStateAsync(Name, 999);
        diary.Write("deactivated");
    }

    protected override Task OnPreActorMethodAsync(ActorMethodContext actorMethodContext)
    {
        diary.Write($"pre {actorMethodContext.MethodName} {actorMethodContext.CallType}");
        return Task.CompletedTask;
    }

    protected override Task OnPostActorMethodAsync(ActorMethodContext actorMethodContext)
    {
        diary.Write("post");
        return Task.CompletedTask;
    }

    protected override Task OnActorMethodFailedAsync(ActorMethodContext actorMethodContext, Exception e)
    {
        diary.Write($"failed {e.GetType().Name}");
        return Task.CompletedTask;
    }

    private static string Text(byte[]? bytes) => bytes is null ? "nothing" : System.Text.Encoding.UTF8.GetString(bytes);

    private static Task OnStaticTimerAsync() => Task.CompletedTask;

    private async Task OnTimerAsync(byte[]? data)
    {
        await AddAsync(1);
        diary.Write($"timer {Text(data)}");
    }

    private Task OnOverloadedAsync() => OnOverloadedAsync(null);

    private Task OnOverloadedAsync(byte[]? data) => OnTimerAsync(data);

    private async Task ReadReminderAsync()
    {
        IActorReminder reminder = await GetReminderAsync("r");
        diary.Write($"got {reminder.Name} {Text(reminder.State)} {reminder.DueTime.TotalSeconds} {reminder.Period.TotalSeconds}");
    }

    private int OnNumber() => 1;

    private Task OnTwoAsync(int one, int two) => Task.FromResult(one + two + OnNumber());
}
