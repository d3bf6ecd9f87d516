using System.Net.Http.Json;

namespace DaprTrading.Tests.Fenced;

/// <summary>The stored fence of one actor; nothing is cached.</summary>
public interface IFenceStore
{
    /// <summary>Reads it.</summary>
    Task<Fence> ReadAsync();

    /// <summary>Writes it. Throws when the write is refused.</summary>
    Task WriteAsync(Fence fence);
}

/// <summary>An operation of a state transaction.</summary>
public sealed record FenceWrite(string Operation, FenceUpsert Request);

/// <summary>What is upserted.</summary>
public sealed record FenceUpsert(string Key, Fence Value);

/// <summary>
/// The fence in the actor state, straight through the sidecar's API: the state manager of the SDK would hide a foreign write behind its cache, and
/// would not write for a turn that was given up. This writes whatever happens, as an app in any language might.
/// </summary>
public sealed class SidecarFenceStore(HttpClient sidecar, string actor) : IFenceStore
{
    private const string Key = "fence";

    /// <inheritdoc/>
    public async Task<Fence> ReadAsync()
    {
        using HttpResponseMessage response = await sidecar.GetAsync(new Uri($"/v1.0/actors/{FencedActor.Type}/{actor}/state/{Key}", UriKind.Relative));
        response.EnsureSuccessStatusCode();
        if (response.StatusCode == System.Net.HttpStatusCode.NoContent) return Fence.None;
        return await response.Content.ReadFromJsonAsync(FenceJson.Default.Fence) ?? Fence.None;
    }

    /// <inheritdoc/>
    public async Task WriteAsync(Fence fence)
    {
        FenceWrite[] transaction = [new("upsert", new FenceUpsert(Key, fence))];
        using HttpResponseMessage response = await sidecar.PostAsJsonAsync(
            new Uri($"/v1.0/actors/{FencedActor.Type}/{actor}/state", UriKind.Relative), transaction, FenceJson.Default.FenceWriteArray);
        response.EnsureSuccessStatusCode();
    }
}
