using System.Globalization;
using System.Text;

namespace DaprTrading.Visualization.Api;

/// <summary>Signals as a table after RFC 4180, for spreadsheets.</summary>
internal static class SignalCsv
{
    private const string Header = "time,timeIso,symbol,side,strategy,confidence,price,n,reasons,source,id,settingsVersion";

    /// <summary>One line per signal, after a line of names; lines end with CR LF.</summary>
    public static string Write(IEnumerable<TradingSignal> signals)
    {
        var text = new StringBuilder(Header).Append("\r\n");
        foreach (TradingSignal signal in signals)
        {
            text.AppendJoin(
                ',',
                Number(signal.BarTime),
                DateTimeOffset.FromUnixTimeMilliseconds(signal.BarTime).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
                Text(signal.Symbol),
                signal.Side == Side.Buy ? "buy" : "sell",
                Text(signal.Strategy),
                Number(signal.Confidence),
                Number(signal.Price),
                Number(signal.N),
                Text(string.Join("; ", signal.Reasons)),
                Text(signal.Source),
                Text(signal.Id),
                signal.SettingsVersion is { } version ? Number(version) : "");
            text.Append("\r\n");
        }

        return text.ToString();
    }

    private static string Number<T>(T value)
        where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);

    /// <summary>Quotes where needed. What a spreadsheet would take for a formula gets an apostrophe.</summary>
    private static string Text(string value)
    {
        string safe = value.Length > 0 && "=+-@\t\r".Contains(value[0]) ? "'" + value : value;
        return safe.AsSpan().ContainsAny(",\"\r\n") ? $"\"{safe.Replace("\"", "\"\"")}\"" : safe;
    }
}
