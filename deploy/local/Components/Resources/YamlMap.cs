using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>Reads a YAML mapping field by field; every complaint names file, line, resource and field.</summary>
internal sealed class YamlMap(string file, int firstLine, string resource, string path, YamlMappingNode node)
{
    public string File => file;

    public long Line => firstLine + node.Start.Line - 1;

    public string Path => path;

    /// <summary>The same mapping, with complaints naming a resource, e.g. <c>Component 'bus'</c>.</summary>
    public YamlMap Named(string name) => new(file, firstLine, name, path, node);

    public IEnumerable<string> Keys => node.Children.Keys.OfType<YamlScalarNode>().Select(key => key.Value ?? "");

    public bool Has(string key) => Find(key) is { } found && !IsNull(found);

    public string? String(string key) => Find(key) is { } found && !IsNull(found) ? Scalar(found, key) : null;

    public string Required(string key) => String(key) is { Length: > 0 } value ? value : throw Error(key, "is required");

    /// <summary>The scalar as text; empty for null.</summary>
    public string Text(string key) => String(key) ?? "";

    public bool Bool(string key, bool fallback) =>
        String(key) is not { } text ? fallback : GoBool.TryParse(text, out bool value) ? value : throw Error(key, $"'{text}' is not a boolean (true or false)");

    public int? Int(string key, int min, int max)
    {
        if (String(key) is not { } text) return null;
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= min && value <= max
            ? value
            : throw Error(key, $"'{text}' is not a whole number from {min} to {max}");
    }

    public TimeSpan? Duration(string key, bool bareMilliseconds)
    {
        if (String(key) is not { } text) return null;
        return GoDuration.TryParse(text, bareMilliseconds, out TimeSpan value) && value >= TimeSpan.Zero
            ? value
            : throw Error(key, $"'{text}' is not a duration such as 500ms, 30s or 1m30s");
    }

    public YamlMap? Map(string key) => Find(key) is { } found && !IsNull(found) ? AsMap(found, key) : null;

    /// <summary>The mappings of a list.</summary>
    public IReadOnlyList<YamlMap> Maps(string key) => [.. Items(key).Select((item, i) => AsMap(item, $"{key}[{i}]"))];

    /// <summary>The scalars of a list.</summary>
    public IReadOnlyList<string> Strings(string key) => [.. Items(key).Select((item, i) => Scalar(item, $"{key}[{i}]"))];

    /// <summary>The entries of a mapping of mappings.</summary>
    public IEnumerable<(string Name, YamlMap Map)> Entries()
    {
        foreach (var (key, value) in node.Children)
        {
            string name = (key as YamlScalarNode)?.Value ?? "";
            if (!IsNull(value)) yield return (name, AsMap(value, name));
        }
    }

    /// <summary>The entries of a mapping of scalars.</summary>
    public IEnumerable<(string Name, string Value)> Scalars()
    {
        foreach (var (key, value) in node.Children)
        {
            string name = (key as YamlScalarNode)?.Value ?? "";
            yield return (name, IsNull(value) ? "" : Scalar(value, name));
        }
    }

    /// <summary>A complaint about one field.</summary>
    public ComponentException Error(string key, string problem)
    {
        long line = Find(key) is { } found ? firstLine + found.Start.Line - 1 : Line;
        string where = resource.Length == 0 ? "" : resource + ": ";
        return new ComponentException($"{file}:{line}: {where}field '{Join(key)}' {problem}");
    }

    private string Join(string key) => path.Length == 0 ? key : $"{path}.{key}";

    private IEnumerable<YamlNode> Items(string key) => Find(key) switch
    {
        null => [],
        YamlSequenceNode sequence => sequence.Children,
        { } other when IsNull(other) => [],
        _ => throw Error(key, "must be a list"),
    };

    // Dapr reads YAML through a JSON decoder, which matches names without regard to case; the exact name comes first.
    private YamlNode? Find(string key)
    {
        YamlNode? loose = null;
        foreach (var (name, value) in node.Children)
        {
            if (name is not YamlScalarNode { Value: { } text }) continue;
            if (text == key) return value;
            if (text.Equals(key, StringComparison.OrdinalIgnoreCase)) loose ??= value;
        }

        return loose;
    }

    private YamlMap AsMap(YamlNode found, string key) =>
        found is YamlMappingNode mapping ? new YamlMap(file, firstLine, resource, Join(key), mapping) : throw Error(key, "must be a mapping");

    private string Scalar(YamlNode found, string key) =>
        found is YamlScalarNode scalar ? scalar.Value ?? "" : throw Error(key, "must be a scalar, not a list or a mapping");

    private static bool IsNull(YamlNode found) =>
        found is YamlScalarNode { Style: ScalarStyle.Plain or ScalarStyle.Any, Value: null or "" or "~" or "null" or "Null" or "NULL" };
}
