using DaprTrading.Strategies;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DaprTrading.Signals.Settings;

internal static class StrategyEndpoints
{
    /// <summary><c>GET /strategies</c> and <c>PUT /strategies</c>.</summary>
    public static void MapStrategyEndpoints(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/strategies", GetAsync).WithName("GetStrategies");
        routes.MapPut("/strategies", PutAsync).WithName("PutStrategies");
    }

    internal static async Task<Ok<StrategySettings>> GetAsync(ISettingsStore store, CancellationToken cancellationToken) =>
        TypedResults.Ok(await store.LoadAsync(cancellationToken) ?? StrategySettings.Default);

    /// <summary>Replaces the settings. Here they are in force at once, on other replicas within five seconds.</summary>
    internal static async Task<Results<Ok<StrategySettings>, ValidationProblem>> PutAsync(
        StrategySettings settings, ISettingsStore store, CurrentStrategies strategies, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, string[]> errors = settings.Validate();
        if (errors.Count > 0)
            return TypedResults.ValidationProblem(errors);
        await store.SaveAsync(settings, cancellationToken);
        strategies.Use(settings);
        return TypedResults.Ok(settings);
    }
}
