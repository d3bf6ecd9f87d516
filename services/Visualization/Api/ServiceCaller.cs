using System.Collections.Concurrent;
using System.Net;
using Dapr.Client;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace DaprTrading.Visualization.Api;

/// <summary>A service that was asked did not answer, or is failing.</summary>
internal sealed class ServiceDownException(string app, Exception? inner)
    : Exception($"The service '{app}' cannot be reached or is failing; try again in a moment.", inner)
{
    /// <summary>App id of the service.</summary>
    public string App => app;
}

/// <summary>A request to another service.</summary>
/// <param name="App">App id.</param>
/// <param name="Method">Verb; all but POST are repeated when the service does not answer.</param>
/// <param name="Path">Path and query, without a leading slash.</param>
/// <param name="Body">JSON; null for none.</param>
internal sealed record ServiceRequest(string App, HttpMethod Method, string Path, ReadOnlyMemory<byte>? Body = null)
{
    /// <summary>Headers to send along; those without a value are left out.</summary>
    public IReadOnlyList<(string Name, string? Value)> Headers { get; init; } = [];

    public static ServiceRequest Get(string app, string path) => new(app, HttpMethod.Get, path);
}

/// <summary>Asks other services through Dapr's service invocation, with a time-out per attempt and a retry.</summary>
internal sealed class ServiceCaller : IDisposable
{
    private static readonly ResiliencePropertyKey<bool> MayRepeat = new("may-repeat");
    private readonly ConcurrentDictionary<string, HttpClient> _clients = new(StringComparer.Ordinal);
    private readonly DaprClient _dapr;
    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline;

    public ServiceCaller(DaprClient dapr, IOptions<VisualizationOptions> options, TimeProvider time)
    {
        _dapr = dapr;
        _pipeline = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = 2,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromMilliseconds(200),
                UseJitter = true,
                ShouldHandle = static args => ValueTask.FromResult(
                    args.Context.Properties.GetValue(MayRepeat, false) && IsDown(args.Outcome)),
            })
            .AddTimeout(new TimeoutStrategyOptions { Timeout = options.Value.InvokeTimeout })
            .Build();
    }

    /// <summary>The answer, whatever its status below 500. Throws <see cref="ServiceDownException"/> when there is none.</summary>
    public async Task<HttpResponseMessage> SendAsync(ServiceRequest request, CancellationToken cancellationToken)
    {
        HttpClient client = _clients.GetOrAdd(request.App, static (app, dapr) => dapr.CreateInvokableHttpClient(app), _dapr);
        ResilienceContext context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(MayRepeat, request.Method != HttpMethod.Post);
        try
        {
            Outcome<HttpResponseMessage> outcome = await _pipeline.ExecuteOutcomeAsync(
                static (context, work) => AttemptAsync(work.client, work.request, context.CancellationToken), context, (client, request));
            cancellationToken.ThrowIfCancellationRequested();
            if (!IsDown(outcome))
            {
                return outcome.Result!;
            }

            outcome.Result?.Dispose();
            throw new ServiceDownException(request.App, outcome.Exception);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    public void Dispose()
    {
        foreach ((_, HttpClient client) in _clients)
        {
            client.Dispose();
        }
    }

    private static bool IsDown(Outcome<HttpResponseMessage> outcome) =>
        outcome.Exception is not null || outcome.Result is null or { StatusCode: >= HttpStatusCode.InternalServerError };

    private static async ValueTask<Outcome<HttpResponseMessage>> AttemptAsync(
        HttpClient client, ServiceRequest request, CancellationToken cancellationToken)
    {
        try
        {
            using var message = new HttpRequestMessage(request.Method, request.Path);
            if (request.Body is { } body)
            {
                message.Content = new ReadOnlyMemoryContent(body);
                message.Content.Headers.ContentType = new("application/json");
            }

            foreach ((string name, string? value) in request.Headers)
            {
                if (!string.IsNullOrEmpty(value))
                {
                    message.Headers.TryAddWithoutValidation(name, value);
                }
            }

            return Outcome.FromResult(await client.SendAsync(message, cancellationToken));
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            return Outcome.FromException<HttpResponseMessage>(failure);
        }
    }
}
