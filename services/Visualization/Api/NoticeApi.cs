using Microsoft.AspNetCore.Mvc;

namespace DaprTrading.Visualization.Api;

/// <summary>Notifications, alert rules and delivery channels.</summary>
internal static class NoticeApi
{
    public static void MapNoticeApi(this IEndpointRouteBuilder api)
    {
        RouteGroupBuilder notices = api.MapGroup("").WithTags("Notifications");
        notices.MapGet("/notifications", ListAsync).WithSummary("Notifications, newest first")
            .Produces<IReadOnlyList<Notice>>().ProducesValidationProblem().Answers503();
        notices.MapPost("/notifications/read", ReadAsync).WithSummary("Marks notifications as read: {ids: [...]} or {all: true}")
            .Accepts<object>("application/json").ProducesValidationProblem().ForOperators().Answers503();
        notices.MapGet("/alerts", AlertsAsync).WithSummary("Alert rules").Answers503();
        notices.MapPost("/alerts", AddAlertAsync)
            .WithSummary("Adds an alert rule")
            .WithDescription("kind: price-above, price-below, price-crosses, rsi-above, rsi-below, rsi-crosses or ema-cross; symbol: absent for every symbol; threshold; cooldownBars.")
            .Accepts<object>("application/json").Produces(201).ProducesValidationProblem().ForOperators().Answers503();
        notices.MapDelete("/alerts/{id}", RemoveAlertAsync).WithSummary("Removes an alert rule")
            .Produces(204).ProducesProblem(404).ForOperators().Answers503();
        notices.MapGet("/channels", ChannelsAsync).WithSummary("How webhook and mail are doing, with failures").Answers503();
    }

    internal static Task<IResult> ListAsync(string? limit, string? unread, [FromServices] Relay relay, CancellationToken cancellationToken) =>
        relay.ReadAsync<IReadOnlyList<Notice>>(
            ServiceRequest.Get(AppIds.Notification, "notifications" + QueryText.Of(("limit", limit), ("unread", unread))), cancellationToken);

    internal static Task<IResult> ReadAsync(HttpRequest body, [FromServices] Relay relay, CancellationToken cancellationToken) =>
        relay.PassAsync(new ServiceRequest(AppIds.Notification, HttpMethod.Post, "notifications/read"), body, cancellationToken);

    internal static Task<IResult> AlertsAsync([FromServices] Relay relay, CancellationToken cancellationToken) =>
        relay.PassAsync(ServiceRequest.Get(AppIds.Notification, "alerts"), cancellationToken);

    internal static Task<IResult> AddAlertAsync(HttpRequest body, [FromServices] Relay relay, CancellationToken cancellationToken) =>
        relay.PassAsync(new ServiceRequest(AppIds.Notification, HttpMethod.Post, "alerts"), body, cancellationToken);

    internal static Task<IResult> RemoveAlertAsync(string id, [FromServices] Relay relay, CancellationToken cancellationToken) =>
        relay.PassAsync(
            new ServiceRequest(AppIds.Notification, HttpMethod.Delete, "alerts/" + Uri.EscapeDataString(id)), cancellationToken);

    internal static Task<IResult> ChannelsAsync([FromServices] Relay relay, CancellationToken cancellationToken) =>
        relay.PassAsync(ServiceRequest.Get(AppIds.Notification, "channels"), cancellationToken);
}
