namespace DaprTrading.Conformance.Running;

/// <summary>The releases of Dapr a rule holds from: the first one, or the first of each line that got it later.</summary>
public sealed class Releases
{
    private readonly string _text;
    private readonly Version[] _first;

    /// <summary>Reads, for instance, <c>1.17</c> or <c>1.15.14, 1.16.14, 1.17.5</c>.</summary>
    public Releases(string text)
    {
        _text = text;
        _first = [.. text.Split(", ").Select(Version.Parse).Order()];
    }

    /// <summary>Whether a release has it; one that is no release (<c>edge</c>, a build of one's own) counts as the newest.</summary>
    public bool Have(string? release)
    {
        if (Parse(release) is not { } version) return true;
        Version? ofItsLine = Array.Find(_first, first => first.Major == version.Major && first.Minor == version.Minor);
        return version >= (ofItsLine ?? _first[^1]);
    }

    /// <inheritdoc/>
    public override string ToString() => _text;

    /// <summary>A candidate has what its release will have.</summary>
    private static Version? Parse(string? release) => Version.TryParse(release?.TrimStart('v').Split('-')[0], out Version? version) ? version : null;
}
