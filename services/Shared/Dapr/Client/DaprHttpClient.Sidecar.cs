using System.Text;
using System.Text.Json;
using Dapr.Http;

namespace Dapr.Client;

internal sealed partial class DaprHttpClient
{
    private static readonly TimeSpan _waitInterval = TimeSpan.FromMilliseconds(500);

    public override Task<bool> CheckHealthAsync(CancellationToken cancellationToken = default) =>
        IsHealthyAsync("/v1.0/healthz", cancellationToken);

    public override Task<bool> CheckOutboundHealthAsync(CancellationToken cancellationToken = default) =>
        IsHealthyAsync("/v1.0/healthz/outbound", cancellationToken);

    public override async Task WaitForSidecarAsync(CancellationToken cancellationToken = default)
    {
        using var interval = new PeriodicTimer(_waitInterval);
        while (!await CheckOutboundHealthAsync(cancellationToken))
        {
            await interval.WaitForNextTickAsync(cancellationToken);
        }
    }

    public override async Task<DaprMetadata> GetMetadataAsync(CancellationToken cancellationToken = default)
    {
        const string what = "Reading the sidecar's metadata";
        using var request = new HttpRequestMessage(HttpMethod.Get, At("/v1.0/metadata").ToUri());
        using HttpResponseMessage response = await SendAsync(what, request, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw await RefusedAsync(what, response, cancellationToken);
        }

        PooledBuffer body = await ReadAsync(what, response, cancellationToken);
        using JsonDocument document = ParseAnswer(what, body);
        DaprMetadata metadata = ToMetadata(document.RootElement);
        body.Return();
        return metadata;
    }

    public override async Task SetMetadataAsync(string attributeName, string attributeValue, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(attributeName);
        Uri uri = At("/v1.0/metadata").Part(attributeName).ToUri();
        using var request = new HttpRequestMessage(HttpMethod.Put, uri)
        {
            Content = new MemoryContent(Encoding.UTF8.GetBytes(attributeValue ?? string.Empty), "text/plain"),
        };
        await ExecuteAsync($"Setting the sidecar's metadata '{attributeName}'", request, cancellationToken);
    }

    private async Task<bool> IsHealthyAsync(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, At(path).ToUri());
        if (_apiToken is not null)
        {
            request.Headers.TryAddWithoutValidation(SidecarHeaders.ApiToken, _apiToken);
        }

        try
        {
            using HttpResponseMessage response = await _health.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static DaprMetadata ToMetadata(JsonElement root)
    {
        JsonElement actors = root.TryGetProperty("actorRuntime"u8, out JsonElement runtime) && runtime.ValueKind == JsonValueKind.Object
            && runtime.TryGetProperty("activeActors"u8, out JsonElement active) ? active : default;
        var extended = new Dictionary<string, string>(StringComparer.Ordinal);
        if (root.TryGetProperty("extended"u8, out JsonElement pairs) && pairs.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty pair in pairs.EnumerateObject())
            {
                extended[pair.Name] = pair.Value.ToString();
            }
        }

        return new DaprMetadata(
            Text(root, "id"),
            [.. Items(actors).Select(actor => new DaprActorMetadata(Text(actor, "type"), Count(actor)))],
            extended,
            [.. Items(root.TryGetProperty("components"u8, out JsonElement components) ? components : default).Select(ToComponent)]);
    }

    private static DaprComponentsMetadata ToComponent(JsonElement component) => new(
        Text(component, "name"), Text(component, "type"), Text(component, "version"),
        [.. Items(component.TryGetProperty("capabilities"u8, out JsonElement list) ? list : default).Select(item => item.ToString())]);

    private static IEnumerable<JsonElement> Items(JsonElement list) => list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    private static string Text(JsonElement item, string name) =>
        item.TryGetProperty(name, out JsonElement value) ? value.ToString() : string.Empty;

    private static int Count(JsonElement actor) =>
        actor.TryGetProperty("count"u8, out JsonElement count) && count.TryGetInt32(out int number) ? number : 0;
}
