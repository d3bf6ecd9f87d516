using System.Buffers;
using System.Text.Json;
using DaprTrading.Generator.Simulation;

namespace DaprTrading.Generator.Sending;

/// <summary>Writes records in the ingest format into one request body after the other.</summary>
internal sealed class RecordWriter(GeneratorOptions options, Market market) : IDisposable
{
    private static readonly string[] Economy = ["GDP Growth Rate", "Inflation Rate", "Unemployment Rate", "Interest Rate"];
    private readonly ArrayBufferWriter<byte> _buffer = new(32 * 1024);
    private readonly Utf8JsonWriter _json = new(Stream.Null);
    private double _eventsDue;

    /// <summary>Writes a body with <paramref name="bars"/> bars and the other records that are due with them.</summary>
    /// <param name="bars">Number of bars.</param>
    /// <param name="timeOf">Unix milliseconds of each bar, by its position in the body.</param>
    public RequestBody Write(int bars, Func<int, long> timeOf)
    {
        _buffer.ResetWrittenCount();
        _json.Reset(_buffer);
        int records = 0, bad = 0;
        bool array = bars > 1;
        if (array) _json.WriteStartArray();
        for (int i = 0; i < bars; i++)
        {
            SimulatedSymbol symbol = market.NextSymbol();
            WriteBar(symbol, timeOf(i));
            records++;
            if (!array) break;
            if (options.Bad > 0 && market.Random.NextDouble() < options.Bad)
            {
                WriteBad(symbol);
                bad++;
            }

            for (_eventsDue += options.Events; _eventsDue >= 1; _eventsDue--)
            {
                WriteEvent(symbol, timeOf(i));
                records++;
            }
        }

        if (array) _json.WriteEndArray();
        _json.Flush();
        return new RequestBody(_buffer.WrittenSpan.ToArray(), bars, records, bad);
    }

    /// <summary>A body with one record that is not a bar, or a bad one, for runs that post one by one; null when none is due.</summary>
    public RequestBody? WriteSingleExtra(long time)
    {
        _eventsDue += options.Events;
        bool bad = options.Bad > 0 && market.Random.NextDouble() < options.Bad;
        if (!bad && _eventsDue < 1) return null;

        _buffer.ResetWrittenCount();
        _json.Reset(_buffer);
        SimulatedSymbol symbol = market.Symbols[market.Random.Next(market.Symbols.Count)];
        if (bad)
        {
            WriteBad(symbol);
        }
        else
        {
            _eventsDue--;
            WriteEvent(symbol, time);
        }

        _json.Flush();
        return new RequestBody(_buffer.WrittenSpan.ToArray(), 0, bad ? 0 : 1, bad ? 1 : 0);
    }

    public void Dispose() => _json.Dispose();

    private void WriteBar(SimulatedSymbol symbol, long time)
    {
        var (bar, sequence) = symbol.Next();
        _json.WriteStartObject();
        _json.WriteString("stock_symbol"u8, symbol.Name);
        _json.WriteNumber("opening_price"u8, bar.Open);
        _json.WriteNumber("closing_price"u8, bar.Close);
        _json.WriteNumber("high"u8, bar.High);
        _json.WriteNumber("low"u8, bar.Low);
        _json.WriteNumber("volume"u8, bar.Volume);
        _json.WriteNumber("timestamp"u8, time / 1000.0);
        if (options.Numbered)
        {
            _json.WriteString("source"u8, symbol.Source);
            _json.WriteNumber("sequence"u8, sequence);
        }

        _json.WriteEndObject();
    }

    private void WriteEvent(SimulatedSymbol symbol, long time)
    {
        Random random = market.Random;
        _json.WriteStartObject();
        switch (random.Next(8))
        {
            case < 4:
                Header("order_book", symbol.Name);
                _json.WriteString("order_type"u8, random.Next(2) == 0 ? "buy" : "sell");
                _json.WriteNumber("price"u8, symbol.LastClose * (0.99 + (0.02 * random.NextDouble())));
                _json.WriteNumber("quantity"u8, random.Next(1, 1_000));
                break;
            case < 6:
                Header("news_sentiment", symbol.Name);
                _json.WriteNumber("sentiment_score"u8, (2 * random.NextDouble()) - 1);
                _json.WriteNumber("sentiment_magnitude"u8, random.NextDouble());
                break;
            case 6:
                Header("market_data", symbol.Name);
                _json.WriteNumber("market_cap"u8, 1e9 * (1 + (999 * random.NextDouble())));
                _json.WriteNumber("pe_ratio"u8, 5 + (25 * random.NextDouble()));
                break;
            default:
                _json.WriteString("data_type"u8, "economic_indicator");
                _json.WriteString("indicator_name"u8, Economy[random.Next(Economy.Length)]);
                _json.WriteNumber("value"u8, (10 * random.NextDouble()) - 2);
                break;
        }

        _json.WriteNumber("timestamp"u8, time / 1000.0);
        _json.WriteEndObject();
    }

    private void Header(string dataType, string symbol)
    {
        _json.WriteString("data_type"u8, dataType);
        _json.WriteString("stock_symbol"u8, symbol);
    }

    private void WriteBad(SimulatedSymbol symbol)
    {
        _json.WriteStartObject();
        _json.WriteString("stock_symbol"u8, market.Random.Next(4) == 0 ? "" : symbol.Name);
        _json.WriteNumber("opening_price"u8, market.Random.Next(2) == 0 ? -1 : symbol.LastClose);
        _json.WriteString("closing_price"u8, "abc");
        _json.WriteNumber("high"u8, symbol.LastClose * 0.9);
        _json.WriteNumber("low"u8, symbol.LastClose);
        _json.WriteNumber("timestamp"u8, 1e13);
        _json.WriteEndObject();
    }
}

/// <summary>A body and what is in it.</summary>
/// <param name="Json">The bytes.</param>
/// <param name="Bars">Bars.</param>
/// <param name="Valid">Valid records, bars included.</param>
/// <param name="Bad">Records that are wrong on purpose.</param>
internal sealed record RequestBody(byte[] Json, int Bars, int Valid, int Bad);
