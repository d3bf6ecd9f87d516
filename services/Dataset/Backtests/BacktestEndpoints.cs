using System.Text.Json;
using DaprTrading.Backtesting;
using DaprTrading.Backtesting.Jobs;
using DaprTrading.Dataset.Files;
using DaprTrading.MarketData;
using DaprTrading.Strategies;

namespace DaprTrading.Dataset.Backtests;

/// <summary>Takes backtests on, shows them and calls them off.</summary>
internal static class BacktestEndpoints
{
    public static void AddBacktests(this IServiceCollection services)
    {
        services.AddOptions<BacktestServiceOptions>().BindConfiguration(BacktestServiceOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<BacktestStore>();
        services.AddSingleton<BacktestLoader>();
        services.AddSingleton<BacktestViews>();
        services.AddSingleton<BacktestRunner>();
        services.AddHostedService(provider => provider.GetRequiredService<BacktestRunner>());
    }

    public static void MapBacktests(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder backtests = routes.MapGroup("/backtests");
        backtests.MapPost("/", StartAsync);
        backtests.MapGet("/", ListAsync);
        backtests.MapGet("/strategies", () => Results.Json(StrategyCatalog.Names, BacktestJobJson.Default.IReadOnlyListString));
        backtests.MapGet("/{id}", FindAsync);
        backtests.MapDelete("/{id}", EndAsync);
        backtests.MapGet("/{id}/candles", CandlesAsync);
        backtests.MapGet("/{id}/{table:regex(^(trades|equity)\\.csv$)}", TableAsync);
    }

    internal static async Task<IResult> StartAsync(
        HttpRequest body, BacktestStore store, BacktestRunner runner, DatasetFolder folder, TimeProvider time, HttpContext http, CancellationToken cancellationToken)
    {
        (BacktestRequest? request, IReadOnlyDictionary<string, string[]> errors) = await ReadAsync(body, cancellationToken);
        if (request is not null && errors.Count == 0 && request.DatasetNames().FirstOrDefault(name => folder.Find(name) is null) is { } missing)
            errors = new Dictionary<string, string[]> { ["dataset"] = [$"There is no data set '{missing}'."] };
        if (request is null || errors.Count > 0) return Results.ValidationProblem(errors);

        var job = new BacktestJob
        {
            Id = Guid.NewGuid().ToString("N")[..12], Request = request with { Dataset = string.Join(", ", request.DatasetNames()) }, State = BacktestState.Queued, CreatedAt = time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        await store.AddAsync(job, cancellationToken);
        if (!runner.TryAdd(job))
        {
            await store.RemoveAsync(job.Id, cancellationToken);
            http.Response.Headers.RetryAfter = "5";
            return Results.Problem("Too many backtests wait already; try again in a moment.", statusCode: StatusCodes.Status429TooManyRequests, title: "Too many backtests");
        }

        http.Response.Headers.Location = "/backtests/" + job.Id;
        return Json(job, StatusCodes.Status202Accepted);
    }

    internal static async Task<IResult> ListAsync(BacktestStore store, BacktestRunner runner, CancellationToken cancellationToken)
    {
        IReadOnlyList<BacktestJob> jobs = await store.ListAsync(cancellationToken);
        return Results.Json([.. jobs.Select(job => runner.Find(job.Id) ?? job).Select(job => job with { Results = [] })], BacktestJobJson.Default.IReadOnlyListBacktestJob);
    }

    /// <summary>A backtest with its figures and, for few runs, its series.</summary>
    internal static async Task<IResult> FindAsync(
        string id, string? symbol, string? strategy, bool? full, BacktestStore store, BacktestRunner runner, BacktestViews views, CancellationToken cancellationToken)
    {
        if (await JobAsync(id, store, runner, cancellationToken) is not { } job) return NotFound(id);
        if (job.State != BacktestState.Completed) return Json(job with { Results = [] });
        return await ViewedAsync(async () => await views.OfAsync(job, symbol, strategy, full == true, cancellationToken) is { } view
            ? Json(view)
            : Results.ValidationProblem(new Dictionary<string, string[]> { ["full"] = [$"All points of these runs are more than {BacktestViews.MaxFullPoints}: choose a symbol or a strategy."] }));
    }

    /// <summary>Calls off what waits or runs, and removes what has ended.</summary>
    internal static async Task<IResult> EndAsync(string id, BacktestStore store, BacktestRunner runner, CancellationToken cancellationToken)
    {
        bool cancelled = await runner.CancelAsync(id, cancellationToken);
        if (await store.FindAsync(id, cancellationToken) is not { } job) return NotFound(id);
        if (cancelled) return Json(job);
        await store.RemoveAsync(id, cancellationToken);
        return Results.NoContent();
    }

    /// <summary>The bars a backtest ran over, for a chart.</summary>
    internal static async Task<IResult> CandlesAsync(
        string id, string? symbol, long? from, long? to, BacktestStore store, BacktestRunner runner, BacktestViews views, CancellationToken cancellationToken)
    {
        if (await JobAsync(id, store, runner, cancellationToken) is not { } job) return NotFound(id);
        return await ViewedAsync(async () => await views.CandlesAsync(job, symbol ?? "", from ?? 1, to ?? long.MaxValue, cancellationToken) is { } candles
            ? Results.Json(candles, BacktestJobJson.Default.IReadOnlyListBacktestCandle)
            : Results.ValidationProblem(new Dictionary<string, string[]> { ["symbol"] = [$"'{symbol}' is not in this backtest."] }));
    }

    /// <summary>All trades, or the account after every bar, of one run as CSV.</summary>
    internal static async Task<IResult> TableAsync(
        string id, string table, string? symbol, string? strategy, BacktestStore store, BacktestRunner runner, BacktestViews views, CancellationToken cancellationToken)
    {
        if (await JobAsync(id, store, runner, cancellationToken) is not { State: BacktestState.Completed } job) return NotFound(id);
        return await ViewedAsync(async () => await views.ResultAsync(job, symbol ?? "", strategy ?? "", cancellationToken) is { } result
            ? Results.Text(table == "trades.csv" ? BacktestTables.Trades(result) : BacktestTables.Equity(result), "text/csv; charset=utf-8")
            : Results.ValidationProblem(new Dictionary<string, string[]> { ["strategy"] = ["Symbol and strategy must name one run of this backtest."] }));
    }

    private static async Task<IResult> ViewedAsync(Func<Task<IResult>> view)
    {
        try
        {
            return await view();
        }
        catch (Exception e) when (e is BacktestChangedException or DatasetFormatException or IOException)
        {
            return Results.Problem(e.Message, statusCode: StatusCodes.Status409Conflict, title: "The data are not what they were");
        }
    }

    private static async Task<BacktestJob?> JobAsync(string id, BacktestStore store, BacktestRunner runner, CancellationToken cancellationToken) =>
        runner.Find(id) is { Ended: false } active ? active : await store.FindAsync(id, cancellationToken);

    private static async Task<(BacktestRequest? Request, IReadOnlyDictionary<string, string[]> Errors)> ReadAsync(HttpRequest body, CancellationToken cancellationToken)
    {
        try
        {
            using JsonDocument document = await JsonDocument.ParseAsync(body.Body, cancellationToken: cancellationToken);
            BacktestRequest? request = BacktestRequest.Read(document.RootElement, out IReadOnlyDictionary<string, string[]> errors);
            return (request, errors);
        }
        catch (JsonException failure)
        {
            string field = failure.Path is { Length: > 2 } path ? path[2..] : "body";
            string message = $"is not readable at line {failure.LineNumber + 1}, byte {failure.BytePositionInLine + 1}: JSON of the documented form is expected.";
            return (null, new Dictionary<string, string[]> { [field] = [message] });
        }
    }

    private static IResult Json(BacktestJob job, int status = StatusCodes.Status200OK) => Results.Json(job, BacktestJobJson.Default.BacktestJob, statusCode: status);

    private static IResult NotFound(string id) => Results.Problem($"There is no such backtest '{id}'.", statusCode: StatusCodes.Status404NotFound, title: "Not found");
}
