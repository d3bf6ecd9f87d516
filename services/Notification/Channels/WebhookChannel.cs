using System.Net.Http.Json;
using Microsoft.Extensions.Options;

namespace DaprTrading.Notification.Channels;

/// <summary>Posts each notification as JSON.</summary>
internal sealed class WebhookChannel(IHttpClientFactory clients, IOptions<ChannelOptions> options) : IChannel
{
    /// <summary>Name of the HTTP client.</summary>
    public const string Client = "webhook";

    public string Name => "webhook";

    public int BatchSize => 1;

    public async Task SendAsync(IReadOnlyList<Notice> notices, CancellationToken cancellationToken)
    {
        using HttpClient client = clients.CreateClient(Client);
        foreach (Notice notice in notices)
        {
            using HttpResponseMessage response = await client.PostAsJsonAsync(
                options.Value.WebhookUrl, notice, ContractsJson.Default.Notification, cancellationToken);
            response.EnsureSuccessStatusCode();
        }
    }
}
