using Microsoft.AspNetCore.Mvc;

namespace DaprTrading.Visualization.Api;

/// <summary>Real-world data and its replays.</summary>
internal static class DatasetApi
{
    public static void MapDatasetApi(this IEndpointRouteBuilder api)
    {
        RouteGroupBuilder datasets = api.MapGroup("").WithTags("Datasets");
        datasets.MapGet("/datasets", ListAsync).WithSummary("Data sets that can be replayed").Answers503();
        datasets.MapGet("/replays", ReplaysAsync).WithSummary("Replays and their progress").Answers503();
        datasets.MapPost("/replays", StartAsync).WithSummary("Starts a replay")
            .Accepts<object>("application/json").ProducesValidationProblem().ForOperators().Answers503();
        datasets.MapGet("/replays/{id}", ReplayAsync).WithSummary("Progress of one replay").ProducesProblem(404).Answers503();
        datasets.MapPost("/replays/{id}/seek", SeekAsync).WithSummary("Lets a replay go on at a position or a time")
            .Accepts<object>("application/json").ProducesValidationProblem().ProducesProblem(404).ForOperators().Answers503();
        datasets.MapPost("/replays/{id}/speed", SpeedAsync).WithSummary("Changes the speed of a replay: {speed} or {barsPerSecond}")
            .Accepts<object>("application/json").ProducesValidationProblem().ProducesProblem(404).ProducesProblem(409).ForOperators().Answers503();
        foreach (string action in (string[])["pause", "resume", "stop"])
        {
            datasets.MapPost(
                    $"/replays/{{id}}/{action}",
                    (string id, [FromServices] Relay relay, CancellationToken cancellationToken) => ControlAsync(id, action, relay, cancellationToken))
                .WithSummary($"Tells a replay to {action}").ProducesProblem(404).ForOperators().Answers503();
        }
    }

    internal static Task<IResult> ListAsync([FromServices] Relay relay, CancellationToken cancellationToken) =>
        relay.PassAsync(ServiceRequest.Get(AppIds.Dataset, "datasets"), cancellationToken);

    internal static Task<IResult> ReplaysAsync([FromServices] Relay relay, CancellationToken cancellationToken) =>
        relay.PassAsync(ServiceRequest.Get(AppIds.Dataset, "replays"), cancellationToken);

    internal static Task<IResult> StartAsync(HttpRequest body, [FromServices] Relay relay, CancellationToken cancellationToken) =>
        relay.PassAsync(new ServiceRequest(AppIds.Dataset, HttpMethod.Post, "replays"), body, cancellationToken);

    internal static Task<IResult> ReplayAsync(string id, [FromServices] Relay relay, CancellationToken cancellationToken) =>
        relay.PassAsync(ServiceRequest.Get(AppIds.Dataset, "replays/" + Uri.EscapeDataString(id)), cancellationToken);

    internal static Task<IResult> SeekAsync(string id, HttpRequest body, [FromServices] Relay relay, CancellationToken cancellationToken) =>
        relay.PassAsync(new ServiceRequest(AppIds.Dataset, HttpMethod.Post, $"replays/{Uri.EscapeDataString(id)}/seek"), body, cancellationToken);

    internal static Task<IResult> SpeedAsync(string id, HttpRequest body, [FromServices] Relay relay, CancellationToken cancellationToken) =>
        relay.PassAsync(new ServiceRequest(AppIds.Dataset, HttpMethod.Post, $"replays/{Uri.EscapeDataString(id)}/speed"), body, cancellationToken);

    internal static Task<IResult> ControlAsync(string id, string action, Relay relay, CancellationToken cancellationToken) =>
        relay.PassAsync(
            new ServiceRequest(AppIds.Dataset, HttpMethod.Post, $"replays/{Uri.EscapeDataString(id)}/{action}"), cancellationToken);
}
