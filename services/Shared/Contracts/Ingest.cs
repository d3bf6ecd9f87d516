namespace DaprTrading.Contracts;

/// <summary>Why one record of a request was refused.</summary>
/// <param name="Index">Position in the request, from 0.</param>
/// <param name="Errors">Messages by field name of the ingest format.</param>
public sealed record RejectedRecord(int Index, IReadOnlyDictionary<string, string[]> Errors);

/// <summary>Answer of <c>POST /ingest</c> with status 200.</summary>
/// <param name="Accepted">Records the broker has.</param>
/// <param name="Rejected">Records that were refused; at most the first 100 of a request carry their errors.</param>
public sealed record IngestResult(int Accepted, IReadOnlyList<RejectedRecord> Rejected);

/// <summary>Records that were refused in a request of which others were accepted. Topic <c>rejected</c>.</summary>
/// <param name="ReceivedAt">Unix milliseconds, UTC.</param>
/// <param name="Records">The refused records with their errors.</param>
public sealed record RejectedBatch(long ReceivedAt, IReadOnlyList<RejectedRecord> Records);
