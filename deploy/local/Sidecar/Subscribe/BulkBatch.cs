using System.Net;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>The entries of one bulk request; each attempt carries those that are still open.</summary>
internal sealed class BulkBatch(BulkEntry[] entries, TimeProvider time)
{
    private List<BulkEntry> _pending = [.. entries];
    private readonly long _began = time.GetTimestamp();
    private int _attempts;

    public IReadOnlyList<BulkEntry> Pending => _pending;

    /// <summary>Entries the app gave up.</summary>
    public List<BulkEntry> Dropped { get; } = [];

    /// <summary>Sends batches of one subscription.</summary>
    public sealed class Sender(TopicSubscription subscription, LocalSidecar sidecar)
    {
        private readonly BulkContent.Frame _frame = new(subscription.Plan);

        public async Task AttemptAsync(BulkBatch batch, CancellationToken cancellationToken)
        {
            List<BulkEntry> sent = batch._pending;
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(sent[0].Path, UriKind.Relative)) { Content = new BulkContent(_frame, sent) };
            request.Headers.TryAddWithoutValidation("Pubsubname", subscription.Plan.PubSub);
            sent[^1].Trace.Write(request);
            using HttpResponseMessage response = await sidecar.Channel!.SendAsync(request, cancellationToken);
            if (batch._attempts++ > 0) sidecar.Statistics.AddRetries(sent.Count);
            int status = (int)response.StatusCode;
            if (response.StatusCode == HttpStatusCode.NotFound)
            {
                // Given up as a whole, and by Dapr's rule not dead-lettered.
                foreach (BulkEntry entry in sent) entry.Done();
                batch._pending = [];
                return;
            }

            if (status is < 200 or > 299) throw new AppStatusException(status, $"the app answered {status} to {sent[0].Path}");
            sidecar.Metrics.IngressBulk(subscription.Plan.PubSub, subscription.Plan.Topic, sent.Count);
            batch.Apply(BulkAnswer.Read((await AppAnswer.ReadAsync(response, cancellationToken)).Span, sent), subscription);
        }
    }

    private void Apply(DeliveryOutcome[] outcomes, TopicSubscription subscription)
    {
        var open = new List<BulkEntry>();
        for (int i = 0; i < outcomes.Length; i++)
        {
            BulkEntry entry = _pending[i];
            switch (outcomes[i])
            {
                case DeliveryOutcome.Done:
                    // Acknowledged at once: it need not wait for the retries of the others.
                    subscription.Delivered(_began);
                    entry.Done();
                    break;
                case DeliveryOutcome.Drop:
                    Dropped.Add(entry);
                    break;
                default:
                    open.Add(entry);
                    break;
            }
        }

        int all = _pending.Count;
        _pending = open;
        if (open.Count > 0) throw new AppStatusException(null, $"the app asked for a retry of {open.Count} of {all} entries");
    }
}
