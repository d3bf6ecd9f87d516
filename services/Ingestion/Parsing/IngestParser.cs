using System.Text.Json;
using DaprTrading.Contracts;

namespace DaprTrading.Ingestion.Parsing;

/// <summary>Reads a body: one object, an array, or objects one after the other (NDJSON). Pure.</summary>
internal sealed class IngestParser(RecordValidator validator, int maxRecords)
{
    /// <summary>The pseudo field of errors that concern the record or the body as a whole.</summary>
    public const string WholeRecord = "record";

    private static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = 16, AllowMultipleValues = true };
    private readonly ParsedRequest _request = new();
    private readonly RawRecord _record = new();
    private readonly RecordErrors _errors = new();
    private int _index;

    /// <summary>Reads a body as JSON. A syntax error spoils the whole body.</summary>
    public ParsedRequest ParseJson(ReadOnlySpan<byte> body)
    {
        string? at = null;
        try
        {
            ReadValues(body, ref at);
        }
        catch (JsonException e)
        {
            _request.Malformed = (at ?? "body", SyntaxError(e, at));
        }

        return _request;
    }

    /// <summary>Reads a body line by line. A syntax error spoils its line.</summary>
    public ParsedRequest ParseLines(ReadOnlySpan<byte> body)
    {
        foreach (Range range in body.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = body[range].Trim(" \t\r"u8);
            if (line.IsEmpty) continue;
            string? at = null;
            int before = _index;
            try
            {
                ReadValues(line, ref at);
            }
            catch (JsonException e)
            {
                _index = Math.Max(before, _index);
                _errors.Take();
                _errors.Add(at ?? WholeRecord, SyntaxError(e, at));
                Reject();
            }

            if (_request.TooManyRecords) break;
        }

        return _request;
    }

    private void ReadValues(ReadOnlySpan<byte> json, ref string? at)
    {
        var reader = new Utf8JsonReader(json, ReaderOptions);
        bool inArray = false;
        while (!_request.TooManyRecords && reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartArray when !inArray:
                    inArray = true;
                    break;
                case JsonTokenType.EndArray when inArray:
                    inArray = false;
                    break;
                case JsonTokenType.StartObject:
                    _record.Read(ref reader, ref at);
                    Accept();
                    break;
                default:
                    reader.Skip();
                    _errors.Add(WholeRecord, "must be a JSON object");
                    Reject();
                    break;
            }
        }
    }

    private void Accept()
    {
        validator.Validate(_record, _errors, out ParsedBar? bar, out MarketEvent? marketEvent);
        if (_errors.Any)
        {
            Reject();
            return;
        }

        if (bar is { } parsed) _request.Bars.Add(parsed);
        if (marketEvent is not null) _request.Events.Add(marketEvent);
        Next();
    }

    private void Reject()
    {
        _request.Rejected.Add(new RejectedRecord(_index, _errors.Take()));
        Next();
    }

    private void Next() => _request.TooManyRecords = ++_index > maxRecords;

    private static string SyntaxError(JsonException exception, string? field) =>
        $"is not valid JSON at line {(exception.LineNumber ?? 0) + 1}, byte {(exception.BytePositionInLine ?? 0) + 1}"
        + (field is null ? "" : "; NaN and Infinity are not JSON numbers");
}
