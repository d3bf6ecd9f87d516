using System.Net;
using System.Net.Http.Headers;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>Delivers messages one per request.</summary>
internal sealed class SingleDelivery(TopicSubscription subscription, LocalSidecar sidecar)
{
    private static readonly MediaTypeHeaderValue CloudEventType = new("application/cloudevents+json");

    public async Task DeliverAsync(PubSubMessage message, string path, TraceContext trace, CancellationToken cancellationToken)
    {
        var delivery = new Delivery(message, path, trace);
        long began = sidecar.Services.Time.GetTimestamp();
        try
        {
            await subscription.Gate.RunAsync(subscription.Target.Inbound, delivery, AttemptAsync, cancellationToken);
        }
        catch (Exception e) when (subscription.Gate.Stopping)
        {
            throw new DeliveryAbandonedException(e);
        }
        catch (Exception e) when (cancellationToken.IsCancellationRequested)
        {
            throw new DeliveryPostponedException($"interrupted: {e.Message}", e);
        }
        catch (Exception e)
        {
            await subscription.FailAsync(message, e, cancellationToken);
            return;
        }

        if (delivery.Dropped) await subscription.DropAsync(message, "the app dropped it", cancellationToken);
        else subscription.Delivered(began);
    }

    private async Task AttemptAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = Request(delivery);
        using HttpResponseMessage response = await sidecar.Channel!.SendAsync(request, cancellationToken);
        if (delivery.Attempts++ > 0) sidecar.Statistics.AddRetries();
        int status = (int)response.StatusCode;
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            delivery.Dropped = true;
            return;
        }

        if (status is < 200 or > 299) throw new AppStatusException(status, $"the app answered {status} to {delivery.Path}");
        switch (AppAnswer.Single((await AppAnswer.ReadAsync(response, cancellationToken)).Span))
        {
            case DeliveryOutcome.Drop:
                delivery.Dropped = true;
                break;
            case DeliveryOutcome.Retry:
                throw new AppStatusException(null, $"the app asked for a retry on {delivery.Path}");
        }
    }

    private HttpRequestMessage Request(Delivery delivery)
    {
        var content = new ReadOnlyMemoryContent(delivery.Message.Data);
        content.Headers.ContentType = CloudEventType;
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(delivery.Path, UriKind.Relative)) { Content = content };
        request.Headers.TryAddWithoutValidation("Pubsubname", subscription.Plan.PubSub);
        foreach (var (name, value) in delivery.Message.Metadata)
        {
            if (!MessageHeaders.MayCarry(name)) continue;
            request.Headers.TryAddWithoutValidation(MessageHeaders.Canonical(name), MessageHeaders.Value(value));
        }

        delivery.Trace.Write(request);
        return request;
    }

    private sealed class Delivery(PubSubMessage message, string path, TraceContext trace)
    {
        public PubSubMessage Message { get; } = message;

        public string Path { get; } = path;

        public TraceContext Trace { get; } = trace;

        public int Attempts { get; set; }

        public bool Dropped { get; set; }
    }
}
