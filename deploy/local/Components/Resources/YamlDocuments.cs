using System.Text;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>One document of a YAML file: its text and the line it starts at, from 1.</summary>
internal readonly record struct YamlText(string File, int Line, string Text)
{
    public const int MaxFileSize = 1024 * 1024;
    private const int MaxDocuments = 1000;

    /// <summary>The documents of a file, cut at the <c>---</c> lines so that a broken one does not hide the others.</summary>
    /// <exception cref="ComponentException">The file cannot be read or is too large.</exception>
    public static List<YamlText> ReadFile(string file)
    {
        var documents = new List<YamlText>();
        var text = new StringBuilder();
        int line = 0, start = 1;
        using var lines = new StringReader(Content(file));
        while (lines.ReadLine() is { } content)
        {
            line++;
            if (content.StartsWith("---", StringComparison.Ordinal) && (content.Length == 3 || char.IsWhiteSpace(content[3])))
            {
                documents.Add(new YamlText(file, start, text.ToString()));
                if (documents.Count == MaxDocuments) throw new ComponentException($"{file}:{line}: more than {MaxDocuments} documents");
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
        try
        {
            stream.Load(new YamlLimits(new Parser(reader)));
        }
        catch (Exception e) when (e is not YamlException)
        {
            // The parser has more ways to fail than its own exception, e.g. on a document that ends in the middle of a token.
            throw new YamlException($"the document cannot be parsed: {e.Message}", e);
        }

        if (stream.Documents.Count == 0) return null;
        YamlNode root = stream.Documents[0].RootNode;
        return root switch
        {
            YamlMappingNode mapping => new YamlMap(File, Line, "", "", mapping),
            YamlScalarNode { Value: null or "" } => null,
            _ => throw new YamlException(root.Start, root.End, "a mapping was expected"),
        };
    }

    // Not more than the limit, whatever a device or a growing file has to give.
    private static string Content(string file)
    {
        if (!System.IO.File.Exists(file)) throw new ComponentException($"{file}: the file does not exist");
        try
        {
            using var reader = new StreamReader(file, Encoding.UTF8);
            var content = new StringBuilder();
            char[] piece = new char[4096];
            for (int read; (read = reader.Read(piece)) > 0;)
            {
                content.Append(piece, 0, read);
                if (content.Length > MaxFileSize) throw new ComponentException($"{file}: more than {MaxFileSize} characters, which is the most that is read");
            }

            return content.ToString();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ComponentException($"{file}: cannot be read: {e.Message}", e);
        }
    }
}
