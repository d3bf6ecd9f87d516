using System.Globalization;
using System.Text;
using System.Text.Json;
using DaprTrading.Contracts;
using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Chaos;

/// <summary>Publishes what the services themselves would not: through the sidecar of one of them, as anyone may.</summary>
internal static class SidecarPublisher
{
    /// <summary>Publishes points, in one event.</summary>
    public static Task PublishAsync(RunningSystem system, string symbol, IndicatorPoint? previous, IReadOnlyList<IndicatorPoint> points) =>
        PublishAsync(system, Topics.Indicators, JsonSerializer.Serialize(new IndicatorBatch(symbol, previous, points), ContractsJson.Default.IndicatorBatch));

    /// <summary>Publishes bars, in one event.</summary>
    public static Task PublishAsync(RunningSystem system, string symbol, IReadOnlyList<Bar> bars) =>
        PublishAsync(system, Topics.Bars, JsonSerializer.Serialize(new BarBatch(symbol, bars), ContractsJson.Default.BarBatch));

    private static async Task PublishAsync(RunningSystem system, string topic, string json)
    {
        JsonElement status = await system.LiveStatusAsync(CancellationToken.None);
        JsonElement processing = status.GetProperty("apps").EnumerateArray().Single(app => app.GetProperty("appId").GetString() == AppIds.Processing).GetProperty("instances")[0];
        string port = processing.GetProperty("sidecarPort").GetInt32().ToString(CultureInfo.InvariantCulture);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await http.PostAsync(new Uri($"http://127.0.0.1:{port}/v1.0/publish/{PubSubNames.Bus}/{topic}"), content);
        response.EnsureSuccessStatusCode();
    }
}
