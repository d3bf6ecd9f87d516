using Dapr.Actors;
using Dapr.Actors.Runtime;

namespace DaprTrading.Tests.Contract.Sdk;

public interface IStateActor : IActor
{
    Task<string> DoAsync(string script);
}

/// <summary>Runs a script of state operations and answers what they gave, separated by semicolons.</summary>
public sealed class StateActor(ActorHost host) : Actor(host), IStateActor
{
    public async Task<string> DoAsync(string script)
    {
        var results = new List<string>();
        foreach (string step in script.Split(';'))
        {
            results.Add(await StepAsync(step.Split(' ')));
        }

        return string.Join(';', results);
    }

    private static TimeSpan Seconds(string text) => TimeSpan.FromSeconds(int.Parse(text));

    private async Task<string> StepAsync(string[] words)
    {
        try
        {
            return await RunAsync(words);
        }
        catch (Exception exception) when (exception is InvalidOperationException or KeyNotFoundException or InvalidCastException)
        {
            return exception.GetType().Name;
        }
    }

    private async Task<string> RunAsync(string[] words) => words switch
    {
        ["add", var name, var value] => await Done(StateManager.AddStateAsync(name, value)),
        ["add", var name, var value, var ttl] => await Done(StateManager.AddStateAsync(name, value, Seconds(ttl))),
        ["tryadd", var name, var value] => $"{await StateManager.TryAddStateAsync(name, value)}",
        ["tryadd", var name, var value, var ttl] => $"{await StateManager.TryAddStateAsync(name, value, Seconds(ttl))}",
        ["set", var name, var value] => await Done(StateManager.SetStateAsync(name, value)),
        ["set", var name, var value, var ttl] => await Done(StateManager.SetStateAsync(name, value, Seconds(ttl))),
        ["get", var name] => await StateManager.GetStateAsync<string>(name),
        ["getint", var name] => $"{await StateManager.GetStateAsync<int>(name)}",
        ["tryget", var name] => (await StateManager.TryGetStateAsync<string>(name)) is { HasValue: true } value ? value.Value : "nothing",
        ["has", var name] => $"{await StateManager.ContainsStateAsync(name)}",
        ["remove", var name] => await Done(StateManager.RemoveStateAsync(name)),
        ["tryremove", var name] => $"{await StateManager.TryRemoveStateAsync(name)}",
        ["getoradd", var name, var value] => await StateManager.GetOrAddStateAsync(name, value),
        ["getoradd", var name, var value, var ttl] => await StateManager.GetOrAddStateAsync(name, value, Seconds(ttl)),
        ["change", var name, var value] => await StateManager.AddOrUpdateStateAsync(name, value, (_, old) => old + value),
        ["change", var name, var value, var ttl] => await StateManager.AddOrUpdateStateAsync(name, value, (_, old) => old + value, Seconds(ttl)),
        ["clear"] => await Done(StateManager.ClearCacheAsync()),
        ["save"] => await Done(SaveStateAsync()),
        ["unload", var name] => await Done(StateManager.UnloadStateAsync(name)),
        ["forceunload", var name] => await Done(StateManager.UnloadStateAsync(name, new UnloadStateOptions { AllowUnloadingWhenStateModified = true })),
        _ => throw new ArgumentException($"Unknown step '{string.Join(' ', words)}'."),
    };

    private static async Task<string> Done(Task task)
    {
        await task;
        return "ok";
    }
}
