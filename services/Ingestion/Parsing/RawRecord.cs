using System.Text.Json;

namespace DaprTrading.Ingestion.Parsing;

internal enum ValueKind : byte
{
    Missing, Null, Number, Text, Other,
}

/// <summary>The values of one record as they stood in the body, before anything was checked. Reused from record to record.</summary>
internal sealed class RawRecord
{
    private readonly ValueKind[] _kinds = new ValueKind[Fields.Count];
    private readonly double[] _numbers = new double[Fields.Count];
    private readonly string[] _texts = new string[Fields.Count];

    public ValueKind Kind(Field field) => _kinds[(int)field];

    public double Number(Field field) => _numbers[(int)field];

    public string Text(Field field) => _texts[(int)field];

    /// <summary>Reads the object the reader stands on the start of. <paramref name="at"/> follows along, so that a syntax error can name its field.</summary>
    public void Read(ref Utf8JsonReader reader, ref string? at)
    {
        Array.Clear(_kinds);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            int field = Fields.Find(ref reader);
            at = field >= 0 ? ((Field)field).Name() : null;
            reader.Read();
            if (field >= 0) Set(field, ref reader);
            reader.Skip();
            at = null;
        }
    }

    private void Set(int field, ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Number:
                _kinds[field] = reader.TryGetDouble(out _numbers[field]) ? ValueKind.Number : ValueKind.Other;
                break;
            case JsonTokenType.String:
                _kinds[field] = ValueKind.Text;
                _texts[field] = reader.GetString()!;
                break;
            case JsonTokenType.Null:
                _kinds[field] = ValueKind.Null;
                break;
            default:
                _kinds[field] = ValueKind.Other;
                break;
        }
    }
}
