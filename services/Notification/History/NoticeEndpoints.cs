using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DaprTrading.Notification.History;

/// <summary>The notifications of the past.</summary>
internal static class NoticeEndpoints
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1_000;

    public static void MapNoticeEndpoints(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/notifications", ListAsync);
        routes.MapPost("/notifications/read", ReadAsync);
    }

    internal static async Task<Results<Ok<IReadOnlyList<Notice>>, ValidationProblem>> ListAsync(
        string? limit, string? unread, NoticeHistory history, CancellationToken cancellationToken)
    {
        var errors = new Dictionary<string, string[]>();
        int most = DefaultLimit;
        if (!string.IsNullOrEmpty(limit)
            && (!int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out most) || most is < 1 or > MaxLimit))
        {
            errors["limit"] = [$"limit must be a whole number from 1 to {MaxLimit}, but is '{limit}'."];
        }

        bool unreadOnly = false;
        if (!string.IsNullOrEmpty(unread) && !bool.TryParse(unread, out unreadOnly))
        {
            errors["unread"] = [$"unread must be true or false, but is '{unread}'."];
        }

        return errors.Count > 0
            ? TypedResults.ValidationProblem(errors)
            : TypedResults.Ok(await history.ReadAsync(most, unreadOnly, cancellationToken));
    }

    internal static async Task<Results<Ok<ReadAnswer>, ValidationProblem>> ReadAsync(
        HttpRequest http, NoticeHistory history, CancellationToken cancellationToken)
    {
        var body = await JsonBody<ReadRequest>.ReadAsync(http, NotificationJson.Default.ReadRequest, cancellationToken);
        if (!body.IsRead)
        {
            return TypedResults.ValidationProblem(body.Errors);
        }

        ReadRequest request = body.Value;
        if (request.All != true && request.Ids is not { Count: > 0 and <= ReadMarks.MaxIds })
        {
            return TypedResults.ValidationProblem(new Dictionary<string, string[]>
            {
                ["ids"] = [$"ids must be a list of 1 to {ReadMarks.MaxIds} notification ids, unless all is true."],
            });
        }

        return TypedResults.Ok(new ReadAnswer(await history.MarkAsync(request, cancellationToken)));
    }
}
