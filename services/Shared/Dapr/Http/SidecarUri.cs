using System.Text;

namespace Dapr.Http;

/// <summary>Builds one address of the sidecar's API: every path part and query value is percent-encoded.</summary>
internal sealed class SidecarUri
{
    // What was encoded must reach the sidecar as it is: a key "a/../b" is one path part.
    private static readonly UriCreationOptions _verbatim = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly StringBuilder _text;
    private bool _hasQuery;

    private SidecarUri(string root, string path) => _text = new StringBuilder(root, root.Length + 128).Append(path);

    /// <param name="root">Scheme, host and port without a trailing slash.</param>
    /// <param name="path">Fixed start of the path, with its leading slash.</param>
    public static SidecarUri At(string root, string path) => new(root, path);

    /// <summary>Scheme, host and port of an endpoint, without a trailing slash.</summary>
    public static string RootOf(Uri endpoint) => endpoint.GetLeftPart(UriPartial.Authority);

    public SidecarUri Part(string part)
    {
        _text.Append('/').Append(part switch
        {
            "." => "%2E",
            ".." => "%2E%2E",
            _ => Uri.EscapeDataString(part),
        });
        return this;
    }

    public SidecarUri Fixed(string path)
    {
        _text.Append(path);
        return this;
    }

    public SidecarUri Query(string name, string? value)
    {
        if (value is not null)
        {
            _text.Append(_hasQuery ? '&' : '?').Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
            _hasQuery = true;
        }

        return this;
    }

    public SidecarUri Metadata(IEnumerable<KeyValuePair<string, string>>? metadata)
    {
        foreach ((string name, string value) in metadata ?? [])
        {
            Query("metadata." + name, value ?? string.Empty);
        }

        return this;
    }

    public Uri ToUri() => new(_text.ToString(), _verbatim);
}
