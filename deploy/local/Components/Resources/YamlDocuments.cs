using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>One document of a YAML file: its text and the line it starts at, from 1.</summary>
internal readonly record struct YamlText(string File, int Line, string Text)
{
    public const long MaxFileSize = 1024 * 1024;
    private const int MaxDepth = 64;

    /// <summary>The documents of a file, cut at the <c>---</c> lines so that a broken one does not hide the others.</summary>
    public static List<YamlText> ReadFile(string file)
    {
        var info = new FileInfo(file);
        if (!info.Exists) throw new ComponentException($"{file}: the file does not exist");
        if (info.Length > MaxFileSize) throw new ComponentException($"{file}: {info.Length} bytes; at most {MaxFileSize} are read");

        var documents = new List<YamlText>();
        var text = new StringBuilder();
        int line = 0, start = 1;
        foreach (string content in Lines(file))
        {
            line++;
            if (content.StartsWith("---", StringComparison.Ordinal) && (content.Length == 3 || char.IsWhiteSpace(content[3])))
            {
                documents.Add(new YamlText(file, start, text.ToString()));
                text.Clear();
                start = line + 1;
                continue;
            }

            text.Append(content).Append('\n');
        }

        documents.Add(new YamlText(file, start, text.ToString()));
        return documents;
    }

    /// <summary>The root mapping; null for an empty document. Throws <see cref="YamlException"/>.</summary>
    public YamlMap? Parse()
    {
        var stream = new YamlStream();
        using var reader = new StringReader(Text);
        stream.Load(new DepthLimit(new Parser(reader)));
        if (stream.Documents.Count == 0) return null;
        YamlNode root = stream.Documents[0].RootNode;
        return root switch
        {
            YamlMappingNode mapping => new YamlMap(File, Line, "", "", mapping),
            YamlScalarNode { Value: null or "" } => null,
            _ => throw new YamlException(root.Start, root.End, "a mapping was expected"),
        };
    }

    private static IEnumerable<string> Lines(string file) => System.IO.File.ReadLines(file, Encoding.UTF8);

    /// <summary>Stops a parser whose document nests deeper than any resource does.</summary>
    private sealed class DepthLimit(IParser inner) : IParser
    {
        private int _depth;

        public ParsingEvent? Current => inner.Current;

        public bool MoveNext()
        {
            bool moved = inner.MoveNext();
            if (!moved || inner.Current is null) return moved;
            _depth += inner.Current.NestingIncrease;
            if (_depth > MaxDepth)
            {
                throw new YamlException(inner.Current.Start, inner.Current.End, $"nested deeper than {MaxDepth} levels");
            }

            return true;
        }
    }
}
