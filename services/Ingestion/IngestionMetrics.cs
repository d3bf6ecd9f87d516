using System.Diagnostics.Metrics;
using DaprTrading.Contracts;

namespace DaprTrading.Ingestion;

internal sealed class IngestionMetrics
{
    private readonly Counter<long> _accepted;
    private readonly Counter<long> _rejected;
    private readonly Counter<long> _rejections;
    private readonly Counter<long> _refused;

    public IngestionMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create("DaprTrading.Ingestion");
        _accepted = meter.CreateCounter<long>("daprtrading.ingestion.records.accepted", "{record}", "Records the broker has.");
        _rejected = meter.CreateCounter<long>("daprtrading.ingestion.records.rejected", "{record}", "Records refused as invalid.");
        _rejections = meter.CreateCounter<long>("daprtrading.ingestion.rejections", "{error}", "Errors by field.");
        _refused = meter.CreateCounter<long>(
            "daprtrading.ingestion.requests.refused", "{request}", "Requests answered 503 because the services behind have too much to read.");
    }

    public void Accepted(int records) => _accepted.Add(records);

    public void Refused() => _refused.Add(1);

    public void Rejected(IReadOnlyList<RejectedRecord> records)
    {
        _rejected.Add(records.Count);
        foreach (RejectedRecord record in records)
        {
            foreach (string field in record.Errors.Keys) _rejections.Add(1, new KeyValuePair<string, object?>("daprtrading.field", field));
        }
    }
}
