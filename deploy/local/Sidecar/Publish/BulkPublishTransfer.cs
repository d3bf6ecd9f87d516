namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>Hands several messages to a broker; a retry carries only those the broker did not take.</summary>
internal sealed class BulkPublishTransfer(PubSubTarget target, PubSubMessage[] messages)
{
    private readonly Exception?[] _errors = new Exception?[messages.Length];
    private readonly int[] _positions = [.. Enumerable.Range(0, messages.Length)];
    private PubSubMessage[] _pending = messages;

    public int Failures => _errors.Count(error => error is not null);

    public Exception? FirstError => _errors.FirstOrDefault(error => error is not null);

    public Exception? ErrorOf(int index) => _errors[index];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (target.Outbound is null)
            {
                await TryAsync(cancellationToken);
            }
            else
            {
                await target.Outbound.ExecuteAsync(static (self, token) => new ValueTask(self.TryAsync(token)), this, cancellationToken);
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            for (int i = 0; i < _pending.Length; i++) _errors[_positions[i]] ??= e;
        }
    }

    private async Task TryAsync(CancellationToken cancellationToken)
    {
        Exception?[]? errors = await target.Component.BulkPublishAsync(_pending, cancellationToken);
        int failed = 0;
        for (int i = 0; i < _pending.Length; i++)
        {
            _errors[_positions[i]] = errors?[i];
            if (errors?[i] is null) continue;
            _positions[failed] = _positions[i];
            _pending[failed++] = _pending[i];
        }

        if (failed == 0) return;
        _pending = _pending[..failed];
        throw FirstError!;
    }
}
