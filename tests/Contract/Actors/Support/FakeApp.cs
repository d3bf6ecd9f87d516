using System.Collections.Concurrent;
using System.Net;
using System.Text;
using DaprTrading.LocalRuntime;

namespace DaprTrading.Tests.Contract.Actors;

/// <summary>A request as the app got it.</summary>
internal sealed record AppRequest(string Verb, string Path, string Body, string? ContentType, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The actor id of an actor path.</summary>
    public string ActorId => Uri.UnescapeDataString(Path.Split('/')[3]);

    public override string ToString() => $"{Verb} {Path}";
}

/// <summary>An app in this process: keeps every request and answers as scripted; by default 200 without a body.</summary>
internal sealed class FakeApp : IAppChannel
{
    private volatile bool _dead;

    public ConcurrentQueue<AppRequest> Requests { get; } = new();

    public Func<AppRequest, CancellationToken, Task<HttpResponseMessage>> Script { get; set; } = (_, _) => Task.FromResult(Answer(200));

    public bool Available => !_dead;

    /// <summary>Turns and other calls, without deactivations.</summary>
    public IEnumerable<AppRequest> Puts => Requests.Where(request => request.Verb == "PUT");

    public IEnumerable<AppRequest> Deletes => Requests.Where(request => request.Verb == "DELETE");

    public static HttpResponseMessage Answer(int status, string body = "") => new((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    /// <summary>The process is killed: calls break as on a closed socket.</summary>
    public void Kill() => _dead = true;

    /// <summary>It answers again, as a process that was stopped and goes on.</summary>
    public void Revive() => _dead = false;

    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (_dead) throw new HttpRequestException("connection refused");

        string body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var headers = request.Headers.ToDictionary(header => header.Key, header => string.Join(',', header.Value), StringComparer.OrdinalIgnoreCase);
        var received = new AppRequest(
            request.Method.Method, request.RequestUri!.OriginalString, body, request.Content?.Headers.ContentType?.ToString(), headers);
        Requests.Enqueue(received);
        HttpResponseMessage answer = await Script(received, cancellationToken);
        if (_dead) throw new HttpRequestException("connection reset");
        return answer;
    }
}
