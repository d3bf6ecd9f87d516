namespace DaprTrading.Ingestion.Parsing;

/// <summary>What is wrong with one record, by field.</summary>
internal sealed class RecordErrors
{
    private Dictionary<string, string[]>? _byField;

    public bool Any => _byField is not null;

    public void Add(Field field, string message) => Add(field.Name(), message);

    public void Add(string field, string message)
    {
        _byField ??= new Dictionary<string, string[]>(StringComparer.Ordinal);
        _byField[field] = _byField.TryGetValue(field, out string[]? messages) ? [.. messages, message] : [message];
    }

    /// <summary>The errors, and a clean slate for the next record.</summary>
    public IReadOnlyDictionary<string, string[]> Take()
    {
        Dictionary<string, string[]> taken = _byField ?? [];
        _byField = null;
        return taken;
    }
}
