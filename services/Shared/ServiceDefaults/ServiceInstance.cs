namespace DaprTrading.ServiceDefaults;

/// <summary>Who this process is.</summary>
/// <param name="App">Dapr app id.</param>
/// <param name="Name">Unique per process, e.g. <c>ingestion-9f2c41d07ab3</c>.</param>
/// <param name="StartedAt">Start of the process, Unix milliseconds, UTC.</param>
public sealed record ServiceInstance(string App, string Name, long StartedAt)
{
    internal static ServiceInstance Create(string app, TimeProvider time) =>
        new(app, $"{app}-{Guid.NewGuid().ToString("N")[..12]}", time.GetUtcNow().ToUnixTimeMilliseconds());
}
