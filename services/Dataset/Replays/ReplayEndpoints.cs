using DaprTrading.Dataset.Files;
using DaprTrading.MarketData;
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
        replays.MapPost("/{id}/seek", SeekAsync);
        replays.MapPost("/{id}/speed", SpeedAsync);
        replays.MapPost("/{id}/resume", (string id, ReplayStore store, ReplayRunner runner, CancellationToken ct) => ChangeAsync(id, ReplayState.Running, store, runner, ct));
    }

    internal static async Task<IResult> StartAsync(
        ReplayRequest request, ReplayStore store, ReplayRunner runner, DatasetFolder folder, IOptions<DatasetOptions> options, TimeProvider time,
        CancellationToken cancellationToken)
    {
        Dictionary<string, string[]> errors = ReplayFactory.Check(request);
        if (errors.Count > 0) return Results.ValidationProblem(errors);
        IReadOnlyList<string> names = ReplayFactory.Names(request);
        if (names.FirstOrDefault(name => folder.Find(name) is null) is { } missing) return NotFound($"There is no dataset '{missing}'.");
        if (runner.Count >= options.Value.MaxRunning)
        {
            return Results.Problem($"{options.Value.MaxRunning} replays run already.", statusCode: StatusCodes.Status429TooManyRequests, title: "Too many replays");
        }

        Replay replay = ReplayFactory.Create(request, [.. names.Select(name => folder.Find(name)!)], time.GetUtcNow().ToUnixTimeMilliseconds());
        await store.AddAsync(replay, cancellationToken);
        runner.Start(replay);
        return Results.Json(replay, DatasetJson.Default.Replay, statusCode: StatusCodes.Status202Accepted);
    }

    internal static async Task<IResult> ListAsync(ReplayStore store, ReplayRunner runner, CancellationToken cancellationToken)
    {
        IReadOnlyList<Replay> replays = await store.ListAsync(cancellationToken);
        return Results.Json([.. replays.Select(replay => runner.Find(replay.Id) is { } running ? running with { Series = null } : replay)], DatasetJson.Default.IReadOnlyListReplay);
    }

    /// <summary>A replay with its series; of one that runs also what it waits for, the store included.</summary>
    internal static async Task<IResult> FindAsync(string id, ReplayStore store, ReplayRunner runner, CancellationToken cancellationToken)
    {
        if (runner.Find(id) is { } running) return Results.Json(running, DatasetJson.Default.Replay);
        if (await store.FindAsync(id, cancellationToken) is not { } replay) return NotFound($"There is no replay '{id}'.");
        return Results.Json(replay with { Series = await store.SeriesAsync(replay.Source, cancellationToken) }, DatasetJson.Default.Replay);
    }

    private static async Task<IResult> ChangeAsync(string id, ReplayState wanted, ReplayStore store, ReplayRunner runner, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken) is null) return NotFound($"There is no replay '{id}'.");
        await runner.InterruptAsync(id);
        Replay replay = (await store.FindAsync(id, cancellationToken))!;
        if (replay.Ended) return HasEnded(replay);
        replay = replay with { State = wanted };
        await store.SaveAsync(replay, cancellationToken);
        if (wanted == ReplayState.Running) runner.Start(replay);
        return Results.Json(replay, DatasetJson.Default.Replay);
    }

    internal static async Task<IResult> SpeedAsync(
        string id, SpeedRequest request, ReplayStore store, ReplayRunner runner, CancellationToken cancellationToken)
    {
        Dictionary<string, string[]> errors = ReplayFactory.Check(request);
        if (errors.Count > 0) return Results.ValidationProblem(errors);
        if (await store.FindAsync(id, cancellationToken) is null) return NotFound($"There is no replay '{id}'.");
        await runner.InterruptAsync(id);
        Replay replay = (await store.FindAsync(id, cancellationToken))!;
        if (replay.Ended) return HasEnded(replay);
        try
        {
            Replay changed = replay with { Speed = request.Speed ?? 0, BarsPerSecond = request.BarsPerSecond ?? 0 };
            await store.SaveAsync(changed, cancellationToken);
            replay = changed;
        }
        finally
        {
            // What was interrupted goes on from where it was, at the old speed where the new one could not be stored.
            if (replay.State == ReplayState.Running) runner.Start(replay);
        }

        return Results.Json(replay, DatasetJson.Default.Replay);
    }

    internal static async Task<IResult> SeekAsync(
        string id, SeekRequest request, ReplayStore store, ReplayRunner runner, ReplayLoader loader, CancellationToken cancellationToken)
    {
        if (request is { Position: null, Time: null } or { Position: not null, Time: not null } || request.Position < 0)
        {
            return Results.ValidationProblem(new Dictionary<string, string[]> { ["position"] = ["must be 0 or more, or a time be given instead; one of the two"] });
        }

        if (await store.FindAsync(id, cancellationToken) is null) return NotFound($"There is no replay '{id}'.");
        await runner.InterruptAsync(id);
        Replay replay = (await store.FindAsync(id, cancellationToken))!;
        if (replay.Ended) return HasEnded(replay);
        try
        {
            (Replay loaded, IReadOnlyList<FileBar> bars) = await loader.LoadAsync(replay, cancellationToken);
            long position = ReplayFactory.PositionOf(request, bars);
            loaded = loaded.SeekTo(position, position > 0 ? bars[(int)position - 1].End : null);
            await store.SaveAsync(loaded, cancellationToken);
            replay = loaded;
        }
        catch (DatasetFormatException e)
        {
            return Results.Problem(e.Message, statusCode: StatusCodes.Status409Conflict, title: "The files cannot be read");
        }
        finally
        {
            // What was interrupted goes on, from the old position where the new one could not be stored.
            if (replay.State == ReplayState.Running) runner.Start(replay);
        }

        return Results.Json(replay, DatasetJson.Default.Replay);
    }

    private static IResult HasEnded(Replay replay) => Results.Problem(
        $"The replay is {replay.State.ToString().ToLowerInvariant()}.", statusCode: StatusCodes.Status409Conflict, title: "The replay has ended");

    private static IResult NotFound(string detail) => Results.Problem(detail, statusCode: StatusCodes.Status404NotFound, title: "Not found");
}
