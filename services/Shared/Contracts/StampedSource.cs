namespace DaprTrading.Contracts;

/// <summary>The source names under which an ingestion process numbers what comes without a number: <c>producer@ingestion-0123456789ab.2</c>.</summary>
public static class StampedSource
{
    private const int IdLength = 12;

    /// <summary>The name.</summary>
    /// <param name="producer">What the producer calls itself; empty when it does not say.</param>
    /// <param name="instance">Name of the process, <c>ingestion-</c> and twelve hexadecimal digits.</param>
    /// <param name="epoch">How often the process has begun to number anew, from 1.</param>
    public static string Name(string producer, string instance, int epoch)
    {
        string name = epoch == 1 ? instance : $"{instance}.{epoch}";
        return producer.Length > 0 ? $"{producer}@{name}" : name;
    }

    /// <summary>Whether a source has such a name.</summary>
    public static bool Is(string source)
    {
        ReadOnlySpan<char> instance = source.AsSpan(source.LastIndexOf('@') + 1);
        if (!instance.StartsWith(AppIds.Ingestion + "-", StringComparison.Ordinal))
            return false;
        ReadOnlySpan<char> id = instance[(AppIds.Ingestion.Length + 1)..];
        int dot = id.IndexOf('.');
        ReadOnlySpan<char> digits = dot < 0 ? id : id[..dot];
        return digits.Length == IdLength && !digits.ContainsAnyExcept("0123456789abcdef") && (dot < 0 || int.TryParse(id[(dot + 1)..], out _));
    }
}
