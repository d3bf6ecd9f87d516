using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>
/// Delivers one topic to one app instance: expiry, routing, resiliency, dead letter. A handler call ends well when the message may be
/// acknowledged and throws when it may not; what nobody has decided on is a <see cref="DeliveryPostponedException"/>.
/// </summary>
internal sealed class TopicSubscription
{
    private static readonly TimeSpan DeadLetterLimit = TimeSpan.FromSeconds(30);

    private readonly LocalSidecar _sidecar;
    private readonly ILogger _logger;
    private readonly BulkDelivery? _bulk;
    private readonly SingleDelivery _single;
    private readonly FlowSeries _success, _retry, _drop;

    /// <param name="sidecar">Sidecar of the app.</param>
    /// <param name="plan">The subscription.</param>
    /// <param name="target">Its component.</param>
    /// <param name="logger">Log.</param>
    /// <param name="stopping">Cancelled when the subscription ends: what has not been handled then is given back.</param>
    public TopicSubscription(LocalSidecar sidecar, SubscriptionPlan plan, PubSubTarget target, ILogger logger, CancellationToken stopping)
    {
        _sidecar = sidecar;
        _logger = logger;
        Plan = plan;
        Target = target;
        _success = sidecar.Metrics.Ingress(plan.PubSub, plan.Topic, "success");
        _retry = sidecar.Metrics.Ingress(plan.PubSub, plan.Topic, "retry");
        _drop = sidecar.Metrics.Ingress(plan.PubSub, plan.Topic, "drop");
        Gate = new AppGate(sidecar.Channel!, sidecar.Services.Time, stopping);
        _single = new SingleDelivery(this, sidecar);
        _bulk = plan.Bulk is null ? null : new BulkDelivery(this, sidecar, plan.Bulk);
    }

    public SubscriptionPlan Plan { get; }

    public PubSubTarget Target { get; }

    public AppGate Gate { get; }

    public async Task HandleAsync(PubSubMessage message, CancellationToken cancellationToken)
    {
        bool traced = _sidecar.Options.SamplingRate > 0;
        string? path;
        var scan = default(EventScan);
        try
        {
            if (Plan.Raw)
            {
                scan = new EventScan(null, message.Metadata.GetValueOrDefault("traceparent"), message.Metadata.GetValueOrDefault("tracestate"));
                if (_bulk is null) message = message with { Data = Envelope.WrapRaw(message, Plan.Topic, Plan.PubSub) };
            }
            else if (!EventScan.TryRead(message.Data.Span, traced, out scan))
            {
                throw new JsonException("the message is no CloudEvent: not a JSON object");
            }

            if (scan.IsExpired(_sidecar.Services.Time))
            {
                await DropAsync(message, "expired", cancellationToken);
                return;
            }

            path = Plan.PathFor(Plan.Raw && _bulk is not null && Plan.HasRules ? AsText(message.Data) : message.Data);
        }
        catch (Exception e) when (e is JsonException or CelEvaluationException)
        {
            await FailAsync(message, e, cancellationToken);
            return;
        }

        if (path is null)
        {
            await DropAsync(message, "no rule matches", cancellationToken);
            return;
        }

        TraceContext trace = TraceContext.Begin(scan.TraceParent, scan.TraceState, _sidecar.Options.SamplingRate);
        await (_bulk?.DeliverAsync(message, path, trace, cancellationToken) ?? _single.DeliverAsync(message, path, trace, cancellationToken));
    }

    /// <summary>Counts a message the app has handled.</summary>
    /// <param name="began">When its delivery began, on the clock's counter.</param>
    public void Delivered(long began)
    {
        _sidecar.Statistics.AddDelivered();
        _success.Add(_sidecar.Services.Time.GetElapsedTime(began));
    }

    /// <summary>A message nobody wants: to the dead-letter topic, if there is one, and done.</summary>
    public Task DropAsync(PubSubMessage message, string reason, CancellationToken cancellationToken)
    {
        _drop.Count.Add();
        SubscribeLog.Dropped(_logger, Plan.PubSub, Plan.Topic, reason);
        return Plan.DeadLetterTopic is null ? Task.CompletedTask : DeadLetterAsync(message, cancellationToken);
    }

    /// <summary>A message that failed for good: to the dead-letter topic, else back to the broker as failed.</summary>
    public async Task FailAsync(PubSubMessage message, Exception error, CancellationToken cancellationToken)
    {
        _retry.Count.Add();
        if (Plan.DeadLetterTopic is null)
        {
            _sidecar.Statistics.AddFailed();
            SubscribeLog.Failed(_logger, Plan.PubSub, Plan.Topic, error.Message);
            throw error as AppStatusException ?? new AppStatusException(null, error.Message);
        }

        SubscribeLog.DeadLettered(_logger, Plan.PubSub, Plan.Topic, Plan.DeadLetterTopic, error.Message);
        await DeadLetterAsync(message, cancellationToken);
    }

    private async Task DeadLetterAsync(PubSubMessage message, CancellationToken cancellationToken)
    {
        string topic = Plan.DeadLetterTopic!;
        if (!Target.Scopes.MayPublish(topic))
        {
            _sidecar.Statistics.AddFailed();
            throw new DeliveryPostponedException($"dead-letter topic {topic} is not allowed for app id {_sidecar.Options.AppId}");
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(DeadLetterLimit);
        try
        {
            await Target.PublishAsync(message with { Topic = topic }, limit.Token);
        }
        catch (Exception e)
        {
            throw new DeliveryPostponedException($"dead-letter topic {topic} did not take it: {e.Message}", e);
        }

        _sidecar.Statistics.AddDeadLetter();
    }

    // Rules of a raw bulk subscription see the payload as text.
    private static byte[] AsText(ReadOnlyMemory<byte> data) => Json.Write(data, static (writer, bytes) => writer.WriteStringValue(bytes.Span));
}
