using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace DaprTrading.Gateway;

/// <summary>Back-pressure: a bounded number of requests under way, a bounded queue, then 429.</summary>
internal sealed class EdgeLimits(IOptions<GatewayOptions> options) : IConfigureOptions<RateLimiterOptions>
{
    public void Configure(RateLimiterOptions limiter)
    {
        GatewayOptions gateway = options.Value;
        var limits = new List<PartitionedRateLimiter<HttpContext>>
        {
            PartitionedRateLimiter.Create<HttpContext, string>(http => IsIngest(http)
                ? RateLimitPartition.GetConcurrencyLimiter("ingest", _ => new ConcurrencyLimiterOptions
                {
                    PermitLimit = gateway.MaxConcurrentRequests, QueueLimit = gateway.MaxQueuedRequests,
                })
                : RateLimitPartition.GetNoLimiter("other")),
        };
        if (gateway.RequestsPerSecond > 0) limits.Add(PartitionedRateLimiter.Create<HttpContext, string>(http => PerClient(http, gateway.RequestsPerSecond)));

        limiter.GlobalLimiter = PartitionedRateLimiter.CreateChained([.. limits]);
        limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limiter.OnRejected = RejectAsync;
    }

    private static RateLimitPartition<string> PerClient(HttpContext http, int requestsPerSecond)
    {
        if (!IsIngest(http)) return RateLimitPartition.GetNoLimiter("other");
        string client = http.Request.Headers[ApiKeys.Header] is [{ Length: > 0 } key] ? key : http.Connection.RemoteIpAddress?.ToString() ?? "";
        return RateLimitPartition.GetTokenBucketLimiter(client, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = requestsPerSecond, TokensPerPeriod = requestsPerSecond, ReplenishmentPeriod = TimeSpan.FromSeconds(1), QueueLimit = 0,
        });
    }

    private static bool IsIngest(HttpContext http) => http.Request.Path.Equals("/ingest", StringComparison.OrdinalIgnoreCase);

    private static async ValueTask RejectAsync(OnRejectedContext context, CancellationToken cancellationToken)
    {
        context.HttpContext.Response.Headers.RetryAfter = "1";
        await Results.Problem(
            "More requests than the gateway takes at once. Nothing of this one was taken.",
            statusCode: StatusCodes.Status429TooManyRequests, title: "Too many requests").ExecuteAsync(context.HttpContext);
    }
}
