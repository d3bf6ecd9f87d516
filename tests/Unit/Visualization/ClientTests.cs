using System.Diagnostics.Metrics;
using System.IO.Pipelines;
using System.Text;
using DaprTrading.Visualization;
using DaprTrading.Visualization.Hubs;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaprTrading.Tests.Unit.Visualization;

public sealed class ClientTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly Pipe _toBrowser = new();
    private readonly HubConnectionContext _connection;

    public ClientTests()
    {
        var transport = new Transport(new Pipe().Reader, _toBrowser.Writer);
        _connection = new HubConnectionContext(
            new DefaultConnectionContext("c", transport, transport), new HubConnectionContextOptions(), NullLoggerFactory.Instance)
        {
            Protocol = new JsonHubProtocol(),
        };
    }

    public void Dispose() => _services.Dispose();

    [Fact]
    public void Offer_QueueFull_DisconnectsTheBrowser()
    {
        Client client = NewClient(queueLength: 3);

        Offer(client, 3);
        _connection.ConnectionAborted.IsCancellationRequested.Should().BeFalse();
        Offer(client, 1);

        _connection.ConnectionAborted.WaitHandle.WaitOne(Limit).Should().BeTrue("it cannot keep up");
    }

    [Fact]
    public async Task Offer_ConflatedWhileTheBrowserLags_IsLeftOut()
    {
        Client client = NewClient(queueLength: 100);
        Offer(client, 16, "points");
        Offer(client, 1, "quotes", conflated: true);
        Offer(client, 1, "signals");

        Task pump = client.PumpAsync();
        string received = await ReadAsync(messages: 17);
        _connection.Abort();
        await pump.WaitAsync(Limit);

        received.Should().Contain("signals").And.NotContain("quotes");
    }

    [Fact]
    public async Task Offer_BrowserKeepsUp_GetsEverythingInOrder()
    {
        Client client = NewClient(queueLength: 100);
        Task pump = client.PumpAsync();

        Offer(client, 1, "quotes", conflated: true);
        Offer(client, 1, "points");

        string received = await ReadAsync(messages: 2);
        _connection.Abort();
        await pump.WaitAsync(Limit);
        received.IndexOf("quotes", StringComparison.Ordinal).Should().BeInRange(0, received.IndexOf("points", StringComparison.Ordinal));
    }

    [Fact]
    public void Watch_MoreThanAllowed_IsRefused()
    {
        Client client = NewClient(queueLength: 3);

        bool[] allowed = [.. ((string[])["A", "B", "A", "C"]).Select(client.Watch)];
        client.Unwatch("A");

        allowed.Should().Equal(true, true, true, false);
        client.Watches("A").Should().BeFalse();
        client.Watch("C").Should().BeTrue();
    }

    private static void Offer(Client client, int count, string method = "points", bool conflated = false)
    {
        for (int i = 0; i < count; i++)
        {
            client.Offer(new SerializedHubMessage(new InvocationMessage(method, [i])), conflated);
        }
    }

    private Client NewClient(int queueLength) =>
        new(_connection, queueLength, maxWatched: 2, new VisualizationMetrics(_services.GetRequiredService<IMeterFactory>()));

    private async Task<string> ReadAsync(int messages)
    {
        var text = new StringBuilder();
        using var limit = new CancellationTokenSource(Limit);
        while (text.ToString().Count(c => c == '\u001e') < messages)
        {
            ReadResult result = await _toBrowser.Reader.ReadAsync(limit.Token);
            text.Append(Encoding.UTF8.GetString(result.Buffer));
            _toBrowser.Reader.AdvanceTo(result.Buffer.End);
        }

        return text.ToString();
    }

    private sealed record Transport(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
