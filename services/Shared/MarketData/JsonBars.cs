using System.Globalization;
using System.Text.Json;

namespace DaprTrading.MarketData;

/// <summary>Reads bars as Alpaca, Polygon, the REST interface of Binance and freqtrade answer them.</summary>
/// <remarks>A page of these interfaces is a few megabytes; a document is held as a whole and bounded.</remarks>
internal static class JsonBars
{
    private const int MaxBytes = 32 * 1024 * 1024;

    public static void Read(Stream stream, string name, ReadSettings settings, BarCollector bars, CancellationToken cancellationToken)
    {
        using var budgeted = new LimitedStream(stream, new ReadBudget(MaxBytes), name);
        try
        {
            using JsonDocument document = JsonDocument.Parse(budgeted);
            var reader = new Document(name, settings.Format, bars, cancellationToken);
            reader.Read(document.RootElement);
        }
        catch (JsonException e)
        {
            throw new DatasetFormatException($"{name} is no JSON: {e.Message}");
        }
    }

    private sealed class Document(string name, string? format, BarCollector bars, CancellationToken cancellationToken)
    {
        public void Read(JsonElement root)
        {
            string symbol = FileNames.SymbolOf(FileNames.NameOf(name));
            if (root.ValueKind == JsonValueKind.Array) ReadList(root, symbol);
            else if (root.TryGetProperty("bars", out JsonElement alpaca)) ReadAlpaca(root, alpaca, symbol);
            else if (root.TryGetProperty("results", out JsonElement results) && results.ValueKind == JsonValueKind.Array) ReadPolygon(root, results, symbol);
            else throw Unknown("it has neither 'bars' (Alpaca) nor 'results' (Polygon)" + Said(root));
            bars.EndFile();
        }

        private void ReadAlpaca(JsonElement root, JsonElement list, string symbol)
        {
            Begin(Formats.Alpaca);
            if (list.ValueKind == JsonValueKind.Array)
            {
                ReadObjects(list, Text(root, "symbol") ?? symbol);
                return;
            }

            if (list.ValueKind != JsonValueKind.Object) throw Unknown($"'bars' is {list.ValueKind}");
            foreach (JsonProperty one in list.EnumerateObject())
            {
                if (one.Value.ValueKind == JsonValueKind.Array) ReadObjects(one.Value, one.Name);
            }
        }

        private void ReadPolygon(JsonElement root, JsonElement results, string symbol)
        {
            Begin(Formats.Polygon);
            ReadObjects(results, Text(root, "ticker") ?? symbol);
        }

        private void ReadList(JsonElement list, string symbol)
        {
            bool isArrays = list.GetArrayLength() > 0 && list[0].ValueKind == JsonValueKind.Array;
            Begin(isArrays ? Formats.Arrays : Formats.Alpaca);
            if (!isArrays)
            {
                ReadObjects(list, symbol);
                return;
            }

            int index = 0;
            foreach (JsonElement row in list.EnumerateArray())
            {
                index++;
                int count = row.ValueKind == JsonValueKind.Array ? row.GetArrayLength() : 0;
                if (count < 6) bars.Bad(index, $"{symbol}: it has {count} values instead of at least 6");
                else Add(symbol, index, row[0], row[1], row[2], row[3], row[4], row[5], count > 6 ? row[6] : default);
            }
        }

        private void ReadObjects(JsonElement list, string symbol)
        {
            int index = 0;
            foreach (JsonElement bar in list.EnumerateArray())
            {
                index++;
                if (bar.ValueKind == JsonValueKind.Object) Add(symbol, index, Get(bar, "t"), Get(bar, "o"), Get(bar, "h"), Get(bar, "l"), Get(bar, "c"), Get(bar, "v"), default);
                else bars.Bad(index, $"{symbol}: it is no object");
            }
        }

        private void Add(
            string symbol, int index, JsonElement time, JsonElement open, JsonElement high, JsonElement low, JsonElement close, JsonElement volume, JsonElement last)
        {
            cancellationToken.ThrowIfCancellationRequested();
            double h = 0, l = 0, c = 0, v = 0;
            string? reason = !TryTime(time, out long start, out bool isDate) ? $"{symbol}: '{time}' is no time"
                : !TryPrice(open, out double o) ? $"{symbol}: open is '{open}'"
                : !TryPrice(high, out h) ? $"{symbol}: high is '{high}'"
                : !TryPrice(low, out l) ? $"{symbol}: low is '{low}'"
                : !TryPrice(close, out c) ? $"{symbol}: close is '{close}'"
                : !TryNumber(volume, out v) || v < 0 ? $"{symbol}: volume is '{volume}'"
                : BarCheck.Reason(o, h, l, c) is { } outside ? $"{symbol}: {outside}" : null;
            if (reason is not null)
            {
                bars.Bad(index, reason);
                return;
            }

            long end = last.ValueKind == JsonValueKind.Number && TryTime(last, out long moment, out _) && moment > start ? moment + 1 : 0;
            TryPrice(open, out double opened);
            bars.Add(new Row(symbol, start, end, isDate, opened, h, l, c, v, index));
        }

        private void Begin(string found)
        {
            if (format is not null && format != found) throw Unknown($"it looks like '{found}', not '{format}'");
            bars.BeginFile(name, found);
        }

        private DatasetFormatException Unknown(string why) => new($"{name} cannot be read: {why}.");

        // An error answer that was saved instead of data says what went wrong.
        private static string Said(JsonElement root) => (Text(root, "message") ?? Text(root, "error") ?? Text(root, "status")) is { } said ? $"; it says '{CsvHeader.Shorten(said)}'" : "";

        private static string? Text(JsonElement element, string property) =>
            element.ValueKind == JsonValueKind.Object && element.TryGetProperty(property, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

        private static JsonElement Get(JsonElement element, string property) => element.TryGetProperty(property, out JsonElement value) ? value : default;

        private static bool TryTime(JsonElement element, out long time, out bool isDate)
        {
            (time, isDate) = (0, false);
            if (element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out long number))
            {
                time = BarTime.FromUnix(number);
                return true;
            }

            if (element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out double fraction) && fraction >= 0 && double.IsFinite(fraction))
            {
                time = BarTime.FromUnix(fraction);
                return true;
            }

            return element.ValueKind == JsonValueKind.String && BarTime.TryParse(element.GetString(), out time, out isDate);
        }

        private static bool TryPrice(JsonElement element, out double value) => TryNumber(element, out value) && value > 0;

        // Binance writes prices as strings.
        private static bool TryNumber(JsonElement element, out double value)
        {
            value = 0;
            bool parsed = element.ValueKind switch
            {
                JsonValueKind.Number => element.TryGetDouble(out value),
                JsonValueKind.String => double.TryParse(element.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out value),
                _ => false,
            };
            return parsed && double.IsFinite(value);
        }
    }
}
