using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using DaprTrading.LocalRuntime;
using DaprTrading.Tests.Contract.Sidecar.Fakes;
using DaprTrading.Tests.Contract.Testing;
using Microsoft.AspNetCore.Http;
using Xunit.Abstractions;

namespace DaprTrading.Tests.Contract.Sidecar;

/// <summary>What invocation makes of an app's answers on the wire, compared with what an HTTP client makes of them.</summary>
public sealed class RelayTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Cases = 300;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly RawApp _app = new();
    private readonly HttpClient _direct = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = Limit };
    private World _world = null!;

    public async Task InitializeAsync()
    {
        _world = await World.StartAsync();
        await _world.Host.StartAsync(new SidecarOptions { AppId = "raw", AppPort = _app.Port, Uuid = "uuid-raw", PodName = "raw-0" }, default);
        await Eventually.True(() => _world.Host.Sidecars.All(sidecar => sidecar.Ready), "the sidecars get ready");
    }

    public async Task DisposeAsync()
    {
        _direct.Dispose();
        await _world.DisposeAsync();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task Answers_InAnyFormAndInAnyPieces_ReachTheCallerAsAClientReadsThem()
    {
        foreach (int seed in Fuzz.Begin(output, Cases).Seeds())
        {
            _app.Answer = (head, stream) => SayInPiecesAsync(stream, new AnswerOf(seed, head.StartsWith("HEAD", StringComparison.Ordinal)), new Random(seed));
            HttpMethod method = seed % 7 == 0 ? HttpMethod.Head : HttpMethod.Get;

            using HttpResponseMessage expected = await _direct.SendAsync(new HttpRequestMessage(method, $"http://127.0.0.1:{_app.Port}/x"));
            using HttpResponseMessage relayed = await CallAsync(method);

            relayed.StatusCode.Should().Be(expected.StatusCode, "seed {0}", seed);
            byte[] body = await relayed.Content.ReadAsByteArrayAsync(), read = await expected.Content.ReadAsByteArrayAsync();
            body.AsSpan().SequenceEqual(read).Should().BeTrue("seed {0}: {1} and {2} bytes", seed, body.Length, read.Length);
            Kept(relayed).Should().BeEquivalentTo(Kept(expected), "seed {0}", seed);
        }
    }

    [Theory]
    [InlineData("HTTP/2 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 20 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 2000 OK\r\n\r\n")]
    [InlineData("nonsense\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab")]
    [InlineData("HTTP/1.1 200 OK\r\nno header\r\n\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le")]
    [InlineData("")]
    public async Task AnswerThatIsNone_IsADaprError(string answer)
    {
        _app.Answer = (_, stream) => RawApp.SayAsync(stream, answer, goOn: false);

        using HttpResponseMessage response = await CallAsync(HttpMethod.Get);

        (await response.ShouldBeError(500, "ERR_DIRECT_INVOKE")).Should().StartWith("failed to invoke, id: raw, err: error invoking app channel: ");
    }

    [Fact]
    public async Task HeadWithoutEnd_IsADaprError()
    {
        _app.Answer = async (_, stream) =>
        {
            await RawApp.SayAsync(stream, "HTTP/1.1 200 OK\r\n", goOn: true);
            for (int i = 0; i < 200; i++) await RawApp.SayAsync(stream, $"X-{i}: {new string('x', 1000)}\r\n", goOn: true);
            return true;
        };

        using HttpResponseMessage response = await CallAsync(HttpMethod.Get);

        (await response.ShouldBeError(500, "ERR_DIRECT_INVOKE")).Should().Contain("its head is longer than 65536 bytes");
    }

    [Fact]
    public async Task BodyThatBreaksOffLate_BreaksTheAnswerOff()
    {
        _app.Answer = (_, stream) => RawApp.SayAsync(stream, $"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{new string('x', 50_000)}", goOn: false);

        Func<Task> call = async () => await (await CallAsync(HttpMethod.Get)).Content.ReadAsStringAsync();

        await call.Should().ThrowAsync<HttpRequestException>("half an answer is none");
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", true)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", true)]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", true)]
    [InlineData("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok", true)]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", false)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: x, close\r\n\r\nok", false)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok and more", false)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", false)]
    public async Task Connection_IsUsedAgainWhenNothingIsLeftOnIt(string answer, bool again)
    {
        _app.Answer = (_, stream) => RawApp.SayAsync(stream, answer, goOn: true);

        for (int i = 0; i < 3; i++) (await CallAsync(HttpMethod.Get)).IsSuccessStatusCode.Should().BeTrue();

        _app.Connections.Distinct().Should().HaveCount(again ? 1 : 3);
    }

    [Fact]
    public async Task Connection_ThatTheAppClosedBetweenCalls_CostsNoCall()
    {
        _app.Answer = (_, stream) => RawApp.SayAsync(stream, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", goOn: false);

        for (int i = 0; i < 20; i++) (await CallAsync(HttpMethod.Get)).StatusCode.Should().Be(HttpStatusCode.OK);

        _app.Heads.Should().HaveCount(20, "each call reaches the app once");
    }

    [Fact]
    public async Task AppThatAnswersBeforeItHasTheBody_IsHeard()
    {
        _app.Answer = (_, stream) => RawApp.SayAsync(stream, "HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno", goOn: true);
        using var caller = new TcpClient();
        await caller.ConnectAsync(IPAddress.Loopback, _world.Sidecar.HttpPort);
        NetworkStream stream = caller.GetStream();

        await RawApp.SayAsync(stream, "POST /v1.0/invoke/raw/method/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n", goOn: true);

        (await ReadUntilAsync(stream, "\r\n\r\nno")).Should().StartWith("HTTP/1.1 413");
    }

    [Fact]
    public async Task CallerThatGoesAway_EndsTheCallAtTheApp()
    {
        var asked = new TaskCompletionSource();
        _app.Answer = (_, _) =>
        {
            asked.SetResult();
            return Task.FromResult(true);
        };
        using var gone = new CancellationTokenSource();
        Task<HttpResponseMessage> call = _world.Client.GetAsync("/v1.0/invoke/raw/method/x", gone.Token);
        await asked.Task.WaitAsync(Limit);
        int closed = _app.Closed;

        await gone.CancelAsync();

        await Eventually.True(() => _app.Closed > closed, "the app sees its connection end");
        await ((Func<Task>)(() => call)).Should().ThrowAsync<OperationCanceledException>();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16_384)]
    [InlineData(16_385)]
    [InlineData(1_000_000)]
    public async Task Body_OfAnyLength_ArrivesWhole(int length)
    {
        (LocalRuntime.Sidecars.LocalSidecar _, ScriptedApp echo, HttpClient _) = await _world.AddAsync("echo", app => app.Answer = (http, seen) => http.Response.WriteAsync(seen.Body));
        string body = new([.. Enumerable.Range(0, length).Select(i => (char)('a' + (i % 26)))]);

        using HttpResponseMessage response = await _world.Client.PostAsync("/v1.0/invoke/echo/method/x", World.Content(body, "text/plain"));

        (await response.Content.ReadAsStringAsync() == body).Should().BeTrue("the body comes back");
        echo.Calls.Single().Headers["Content-Length"].Should().Be(length.ToString(CultureInfo.InvariantCulture));
    }

    private Task<HttpResponseMessage> CallAsync(HttpMethod method) => _world.Client.SendAsync(new HttpRequestMessage(method, "/v1.0/invoke/raw/method/x"));

    private static async Task<string> ReadUntilAsync(NetworkStream stream, string end)
    {
        using var limit = new CancellationTokenSource(Limit);
        var text = new StringBuilder();
        byte[] piece = new byte[4096];
        while (!text.ToString().EndsWith(end, StringComparison.Ordinal))
        {
            int read = await stream.ReadAsync(piece, limit.Token);
            if (read == 0) break;
            text.Append(Encoding.Latin1.GetString(piece, 0, read));
        }

        return text.ToString();
    }

    private static async Task<bool> SayInPiecesAsync(NetworkStream stream, AnswerOf answer, Random random)
    {
        for (int at = 0; at < answer.Bytes.Length;)
        {
            int piece = Math.Min(answer.Bytes.Length - at, random.Next(3) == 0 ? random.Next(1, 40) : random.Next(1, 40_000));
            await stream.WriteAsync(answer.Bytes.AsMemory(at, piece));
            at += piece;
        }

        return answer.Persistent;
    }

    private static Dictionary<string, string> Kept(HttpResponseMessage response) => response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
        .Where(header => header.Key is not ("Date" or "Transfer-Encoding" or "Connection" or "Keep-Alive" or "Content-Length" or "traceparent" or "Trailer"))
        .ToDictionary(header => header.Key, header => string.Join('|', header.Value), StringComparer.OrdinalIgnoreCase);

    /// <summary>A well-formed answer, chosen by a seed.</summary>
    private sealed class AnswerOf
    {
        public AnswerOf(int seed, bool head)
        {
            var random = new Random(seed);
            int[] statuses = [200, 201, 299, 302, 404, 418, 500, 503];
            string body = new('b', random.Next(4) switch { 0 => 0, 1 => random.Next(1, 100), 2 => random.Next(1, 40_000), _ => random.Next(1, 200_000) });
            int framing = random.Next(3);
            var text = new StringBuilder();
            if (random.Next(5) == 0) text.Append("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n");
            text.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {statuses[random.Next(statuses.Length)]} said\r\n");
            for (int i = random.Next(6); i > 0; i--) text.Append(CultureInfo.InvariantCulture, $"X-{(char)('A' + random.Next(4))}: {new string('v', random.Next(200))}\r\n");
            if (random.Next(2) == 0) text.Append("cOnTeNt-TyPe:text/plain; charset=utf-8  \r\n");
            if (random.Next(3) == 0) text.Append("Keep-Alive: timeout=5\r\nETag: \"é\"\r\n");
            Persistent = framing != 2 || head;
            text.Append(framing switch
            {
                0 => $"Content-Length: {body.Length}\r\n\r\n{(head ? "" : body)}",
                1 => "Transfer-Encoding: chunked\r\n\r\n" + (head ? "" : Chunks(body, random)),
                _ => (head ? "" : "Connection: close\r\n") + "\r\n" + (head ? "" : body),
            });
            Bytes = Encoding.Latin1.GetBytes(text.ToString());
        }

        public byte[] Bytes { get; }

        public bool Persistent { get; }

        private static string Chunks(string body, Random random)
        {
            var text = new StringBuilder();
            for (int at = 0; at < body.Length;)
            {
                int size = Math.Min(body.Length - at, random.Next(1, 30_000));
                text.Append(CultureInfo.InvariantCulture, $"{size:x}{(random.Next(3) == 0 ? ";ext=1" : "")}\r\n{body.AsSpan(at, size)}\r\n");
                at += size;
            }

            return text.Append("0\r\n").Append(random.Next(3) == 0 ? "X-Trailer: t\r\n" : "").Append("\r\n").ToString();
        }
    }
}
