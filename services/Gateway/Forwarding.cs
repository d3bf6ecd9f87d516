using System.Buffers;
using Microsoft.Extensions.Options;

namespace DaprTrading.Gateway;

/// <summary><c>POST /ingest</c>: passes the body to one of the replicas of <c>ingestion</c> and its answer back.</summary>
internal static class Forwarding
{
    public static void MapForwarding(this IEndpointRouteBuilder routes) => routes.MapPost("/ingest", ForwardAsync);

    internal static async Task<IResult> ForwardAsync(
        HttpContext http, IngestionClient ingestion, ApiKeys keys, IOptions<GatewayOptions> options, CancellationToken cancellationToken)
    {
        if (!keys.Allows(http.Request))
        {
            return Results.Problem($"The header {ApiKeys.Header} must hold a known key.", statusCode: StatusCodes.Status401Unauthorized, title: "Unauthorized");
        }

        int limit = options.Value.MaxBodyBytes;
        if (http.Request.ContentLength > limit) return TooLarge(limit);

        // Read the whole body before a place at ingestion is taken: a slow sender then costs the gateway a buffer, and ingestion nothing.
        using IMemoryOwner<byte> owner = MemoryPool<byte>.Shared.Rent((int)(http.Request.ContentLength ?? limit) + 1);
        int length = await ReadAsync(http.Request.Body, owner.Memory[..((int)(http.Request.ContentLength ?? limit) + 1)], cancellationToken);
        if (length > limit) return TooLarge(limit);

        using var content = new ReadOnlyMemoryContent(owner.Memory[..length]);
        if (http.Request.ContentType is { } type) content.Headers.TryAddWithoutValidation("Content-Type", type);
        if (http.Request.Headers.ContentEncoding is [{ } encoding, ..]) content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        return await ingestion.SendAsync(content, http, cancellationToken);
    }

    private static async Task<int> ReadAsync(Stream body, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        int length = 0;
        int read;
        while (length < buffer.Length && (read = await body.ReadAsync(buffer[length..], cancellationToken)) > 0) length += read;
        return length;
    }

    private static IResult TooLarge(int limit) => Results.Problem(
        $"A request may hold {limit} bytes. Nothing of this one was taken.", statusCode: StatusCodes.Status413PayloadTooLarge,
        title: "Request too large");
}
