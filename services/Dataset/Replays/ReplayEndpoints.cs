using DaprTrading.Dataset.Files;
using Microsoft.Extensions.Options;

namespace DaprTrading.Dataset.Replays;

/// <summary>Starts, shows and controls replays.</summary>
internal static class ReplayEndpoints
{
    public static void MapReplays(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder replays = routes.MapGroup("/replays");
        replays.MapPost("/", StartAsync);
        replays.MapGet("/", ListAsync);
        replays.MapGet("/{id}", FindAsync);
        replays.MapPost("/{id}/pause", (string id, ReplayStore store, ReplayRunner runner, CancellationToken ct) => ChangeAsync(id, ReplayState.Paused, store, runner, ct));
        replays.MapPost("/{id}/stop", (string id, ReplayStore store, ReplayRunner runner, CancellationToken ct) => ChangeAsync(id, ReplayState.Stopped, store, runner, ct));
        replays.MapPost("/{id}/resume", (string id, ReplayStore store, ReplayRunner runner, CancellationToken ct) => ChangeAsync(id, ReplayState.Running, store, runner, ct));
    }

    internal static async Task<IResult> StartAsync(
        ReplayRequest request, ReplayStore store, ReplayRunner runner, DatasetFolder folder, IOptions<DatasetOptions> options, TimeProvider time,
        CancellationToken cancellationToken)
    {
        Dictionary<string, string[]> errors = ReplayFactory.Check(request);
        if (errors.Count > 0) return Results.ValidationProblem(errors);
        if (folder.Find(request.Dataset!) is not { } file) return NotFound($"There is no dataset '{request.Dataset}'.");
        if (runner.Count >= options.Value.MaxRunning)
        {
            return Results.Problem($"{options.Value.MaxRunning} replays run already.", statusCode: StatusCodes.Status429TooManyRequests, title: "Too many replays");
        }

        Replay replay = ReplayFactory.Create(request, file, time.GetUtcNow().ToUnixTimeMilliseconds());
        await store.AddAsync(replay, cancellationToken);
        runner.Start(replay);
        return Results.Json(replay, DatasetJson.Default.Replay, statusCode: StatusCodes.Status202Accepted);
    }

    internal static async Task<IResult> ListAsync(ReplayStore store, CancellationToken cancellationToken) =>
        Results.Json(await store.ListAsync(cancellationToken), DatasetJson.Default.IReadOnlyListReplay);

    internal static async Task<IResult> FindAsync(string id, ReplayStore store, CancellationToken cancellationToken) =>
        await store.FindAsync(id, cancellationToken) is { } replay ? Results.Json(replay, DatasetJson.Default.Replay) : NotFound($"There is no replay '{id}'.");

    private static async Task<IResult> ChangeAsync(string id, ReplayState wanted, ReplayStore store, ReplayRunner runner, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken) is null) return NotFound($"There is no replay '{id}'.");
        await runner.InterruptAsync(id);
        Replay replay = (await store.FindAsync(id, cancellationToken))!;
        if (replay.Ended)
        {
            return Results.Problem(
                $"The replay is {replay.State.ToString().ToLowerInvariant()}.", statusCode: StatusCodes.Status409Conflict, title: "The replay has ended");
        }

        replay = replay with { State = wanted };
        await store.SaveAsync(replay, cancellationToken);
        if (wanted == ReplayState.Running) runner.Start(replay);
        return Results.Json(replay, DatasetJson.Default.Replay);
    }

    private static IResult NotFound(string detail) => Results.Problem(detail, statusCode: StatusCodes.Status404NotFound, title: "Not found");
}
