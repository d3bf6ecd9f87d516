using System.Globalization;
using System.Text;

namespace DaprTrading.Backtesting.Cli.Plots;

/// <summary>Writes one SVG picture: the same calls give the same bytes on every machine. It brings its own background, light or dark as the reader's.</summary>
internal sealed class SvgPage
{
    private const string Style = """
        svg{font:11px system-ui,'Liberation Sans',sans-serif}.page{fill:#fff}.text{fill:#142033}.dim{fill:#526277}.axis{stroke:#d3dce9;fill:none}
        .account{stroke:#0b62c4;fill:none;stroke-width:1.3}.held{stroke:#b05f00;fill:none;stroke-width:1.1;stroke-dasharray:4 3}.fill{fill:#0b62c4;opacity:.16}
        .dot{fill:#0b62c4}.span{stroke:#0b62c4;stroke-width:2}.base{stroke:#b05f00;stroke-width:2}.out{fill:#c22f26}
        @media(prefers-color-scheme:dark){.page{fill:#0e1624}.text{fill:#e6edf7}.dim{fill:#94a6bf}.axis{stroke:#2b3d5a}.account,.span{stroke:#5aa9ff}.fill,.dot{fill:#5aa9ff}
        .held,.base{stroke:#ffb454}.out{fill:#ff7b72}}
        """;

    private readonly StringBuilder _text = new();
    private readonly int _height;

    public SvgPage(int width, int height, string title, string description)
    {
        _height = height;
        _text.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\">\n");
        _text.Append(CultureInfo.InvariantCulture, $"<title>{Escape(title)}</title>\n<desc>{Escape(description)}</desc>\n<style>{Style.ReplaceLineEndings("\n")}</style>\n");
        _text.Append(CultureInfo.InvariantCulture, $"<rect class=\"page\" width=\"{width}\" height=\"{height}\" rx=\"8\"/>\n");
        Text(16, 24, "text", title, size: 14, bold: true);
    }

    /// <summary>Words; anchored at their start, middle or end.</summary>
    public void Text(double x, double y, string style, string words, string anchor = "start", int size = 11, bool bold = false) => _text.Append(
        CultureInfo.InvariantCulture,
        $"<text class=\"{style}\" x=\"{Number(x)}\" y=\"{Number(y)}\" text-anchor=\"{anchor}\" font-size=\"{size}\"{(bold ? " font-weight=\"600\"" : "")}>{Escape(words)}</text>\n");

    /// <summary>A straight line.</summary>
    public void Line(double x1, double y1, double x2, double y2, string style) => _text.Append(
        CultureInfo.InvariantCulture, $"<line class=\"{style}\" x1=\"{Number(x1)}\" y1=\"{Number(y1)}\" x2=\"{Number(x2)}\" y2=\"{Number(y2)}\"/>\n");

    /// <summary>A line through points.</summary>
    public void Path(IEnumerable<(double X, double Y)> points, string style) =>
        _text.Append(CultureInfo.InvariantCulture, $"<polyline class=\"{style}\" points=\"{string.Join(' ', points.Select(point => $"{Number(point.X)},{Number(point.Y)}"))}\"/>\n");

    /// <summary>A filled dot.</summary>
    public void Dot(double x, double y, string style) =>
        _text.Append(CultureInfo.InvariantCulture, $"<circle class=\"{style}\" cx=\"{Number(x)}\" cy=\"{Number(y)}\" r=\"3.4\"/>\n");

    /// <summary>An explanation of two kinds of lines, at the bottom.</summary>
    public void Legend(string account, string held)
    {
        Line(16, _height - 18, 40, _height - 18, "account");
        Text(46, _height - 14, "text", account);
        Line(126, _height - 18, 150, _height - 18, "held");
        Text(156, _height - 14, "text", held);
    }

    /// <summary>The whole document.</summary>
    public override string ToString() => _text + "</svg>\n";

    // One digit is a tenth of a pixel; more would differ from machine to machine.
    private static string Number(double value) => Math.Round(value, 1, MidpointRounding.AwayFromZero).ToString("0.#", CultureInfo.InvariantCulture);

    private static string Escape(string words) => words.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);
}
