using DaprTrading.Contracts;

namespace DaprTrading.Ingestion.Parsing;

/// <summary>Turns raw records into bars and market events, or says field by field what is wrong. Pure.</summary>
internal sealed class RecordValidator(long now, TimeSpan maxFuture)
{
    private const double MaxMagnitude = 1e15;
    private const double MaxSequence = 1L << 53;
    private const int MaxTextLength = 128;
    private readonly long _latest = now + (long)maxFuture.TotalMilliseconds;

    /// <summary>Checks one record. Exactly one of the results is set when <paramref name="errors"/> stays empty.</summary>
    public void Validate(RawRecord record, RecordErrors errors, out ParsedBar? bar, out MarketEvent? marketEvent)
    {
        bar = null;
        marketEvent = null;
        ValueKind kind = record.Kind(Field.DataType);
        if (kind is ValueKind.Missing or ValueKind.Null)
        {
            bar = Bar(record, errors);
            return;
        }

        if (kind != ValueKind.Text)
        {
            errors.Add(Field.DataType, "must be a string");
            return;
        }

        marketEvent = record.Text(Field.DataType) switch
        {
            MarketEventKinds.OrderBook => OrderBook(record, errors),
            MarketEventKinds.NewsSentiment => NewsSentiment(record, errors),
            MarketEventKinds.MarketData => MarketData(record, errors),
            MarketEventKinds.EconomicIndicator => EconomicIndicator(record, errors),
            "ohlc" or "bar" => BarInstead(record, errors, ref bar),
            string other => Unknown(other, errors),
        };
    }

    private static MarketEvent? Unknown(string dataType, RecordErrors errors)
    {
        string shown = dataType.Length > 40 ? dataType[..40] + "…" : dataType;
        errors.Add(
            Field.DataType, $"'{shown}' is unknown; expected order_book, news_sentiment, market_data or economic_indicator, or no data_type for a bar");
        return null;
    }

    private MarketEvent? BarInstead(RawRecord record, RecordErrors errors, ref ParsedBar? bar)
    {
        bar = Bar(record, errors);
        return null;
    }

    private ParsedBar? Bar(RawRecord record, RecordErrors errors)
    {
        string symbol = Symbol(record, errors);
        double open = Positive(record, Field.OpeningPrice, errors), close = Positive(record, Field.ClosingPrice, errors);
        double high = Positive(record, Field.High, errors), low = Positive(record, Field.Low, errors);
        double volume = Number(record, Field.Volume, 0, MaxMagnitude, errors);
        long time = Time(record, errors);
        var (source, sequence) = Numbering(record, errors);
        if (!errors.Any) CheckRange(open, high, low, close, errors);
        return errors.Any ? null : new ParsedBar(symbol, new Bar(time, open, high, low, close, volume, source, sequence, now));
    }

    private static void CheckRange(double open, double high, double low, double close, RecordErrors errors)
    {
        if (high < low) errors.Add(Field.High, $"must not be below low ({high} < {low})");
        else if (high < open || high < close) errors.Add(Field.High, $"must not be below opening_price or closing_price ({high} < {Math.Max(open, close)})");
        if (high >= low && (low > open || low > close))
        {
            errors.Add(Field.Low, $"must not be above opening_price or closing_price ({low} > {Math.Min(open, close)})");
        }
    }

    private MarketEvent? OrderBook(RawRecord record, RecordErrors errors)
    {
        MarketEvent marked = Header(record, MarketEventKinds.OrderBook, Symbol(record, errors), errors);
        Side? side = Text(record, Field.OrderType, errors)?.ToLowerInvariant() switch { "buy" => Side.Buy, "sell" => Side.Sell, _ => null };
        if (side is null && record.Kind(Field.OrderType) == ValueKind.Text) errors.Add(Field.OrderType, "must be buy or sell");
        double price = Positive(record, Field.Price, errors), quantity = Positive(record, Field.Quantity, errors);
        return errors.Any ? null : marked with { Side = side, Price = price, Quantity = quantity };
    }

    private MarketEvent? NewsSentiment(RawRecord record, RecordErrors errors)
    {
        MarketEvent marked = Header(record, MarketEventKinds.NewsSentiment, Symbol(record, errors), errors);
        double score = Number(record, Field.SentimentScore, -1, 1, errors), magnitude = Number(record, Field.SentimentMagnitude, 0, 1, errors);
        return errors.Any ? null : marked with { SentimentScore = score, SentimentMagnitude = magnitude };
    }

    private MarketEvent? MarketData(RawRecord record, RecordErrors errors)
    {
        MarketEvent marked = Header(record, MarketEventKinds.MarketData, Symbol(record, errors), errors);
        double cap = Number(record, Field.MarketCap, 0, 1e18, errors), ratio = Number(record, Field.PeRatio, -MaxMagnitude, MaxMagnitude, errors);
        return errors.Any ? null : marked with { MarketCap = cap, PeRatio = ratio };
    }

    private MarketEvent? EconomicIndicator(RawRecord record, RecordErrors errors)
    {
        MarketEvent marked = Header(record, MarketEventKinds.EconomicIndicator, null, errors);
        string? name = Text(record, Field.IndicatorName, errors);
        double value = Number(record, Field.Value, -MaxMagnitude, MaxMagnitude, errors);
        return errors.Any ? null : marked with { IndicatorName = name, Value = value };
    }

    private MarketEvent Header(RawRecord record, string kind, string? symbol, RecordErrors errors)
    {
        long time = Time(record, errors);
        var (source, sequence) = Numbering(record, errors);
        return new MarketEvent(kind, symbol, time, source, sequence, now);
    }

    private static string Symbol(RawRecord record, RecordErrors errors)
    {
        if (Text(record, Field.StockSymbol, errors) is not { } text) return "";
        if (CanonicalSymbol.TryNormalize(text, out string symbol)) return symbol;
        errors.Add(
            Field.StockSymbol, $"must be 1 to {CanonicalSymbol.MaxLength} letters, digits or . - _ ^ = / and start with a letter, a digit or ^");
        return "";
    }

    private long Time(RawRecord record, RecordErrors errors)
    {
        double seconds = Number(record, Field.Timestamp, 0, double.MaxValue, errors);
        double milliseconds = Math.Round(seconds * 1000);
        if (milliseconds <= _latest) return (long)milliseconds;
        errors.Add(Field.Timestamp, seconds > 1e11
            ? $"must be Unix seconds; {seconds:0} looks like milliseconds"
            : $"lies more than {maxFuture.TotalHours:0} h ahead of the clock");
        return 0;
    }

    private static (string Source, long Sequence) Numbering(RawRecord record, RecordErrors errors)
    {
        ValueKind kind = record.Kind(Field.Sequence);
        bool numbered = kind is not (ValueKind.Missing or ValueKind.Null);
        bool named = record.Kind(Field.Source) is not (ValueKind.Missing or ValueKind.Null);
        string source = named ? Text(record, Field.Source, errors) ?? "" : "";
        if (source.Length > 64 || source.AsSpan().ContainsAnyExceptInRange(' ', '~')) errors.Add(Field.Source, "must be at most 64 printable ASCII characters");
        if (!numbered) return (source, 0);

        double sequence = record.Number(Field.Sequence);
        if (kind != ValueKind.Number || sequence < 1 || sequence > MaxSequence || sequence != Math.Floor(sequence))
        {
            errors.Add(Field.Sequence, "must be a whole number from 1 to 2^53");
            return (source, 0);
        }

        if (!named) errors.Add(Field.Source, "must be given together with sequence");
        return (source, (long)sequence);
    }

    private static double Positive(RawRecord record, Field field, RecordErrors errors)
    {
        double value = Number(record, field, 0, MaxMagnitude, errors);
        if (value == 0 && record.Kind(field) == ValueKind.Number && record.Number(field) == 0) errors.Add(field, "must be above 0");
        return value;
    }

    private static double Number(RawRecord record, Field field, double min, double max, RecordErrors errors)
    {
        switch (record.Kind(field))
        {
            case ValueKind.Missing:
                errors.Add(field, "is missing");
                return 0;
            case ValueKind.Number when !double.IsFinite(record.Number(field)):
                errors.Add(field, "must be finite");
                return 0;
            case ValueKind.Number when record.Number(field) < min || record.Number(field) > max:
                errors.Add(field, max >= MaxMagnitude ? $"must be {min} or more and not absurdly large" : $"must be from {min} to {max}");
                return 0;
            case ValueKind.Number:
                return record.Number(field);
            default:
                errors.Add(field, "must be a number");
                return 0;
        }
    }

    private static string? Text(RawRecord record, Field field, RecordErrors errors)
    {
        switch (record.Kind(field))
        {
            case ValueKind.Missing:
                errors.Add(field, "is missing");
                return null;
            case ValueKind.Text when string.IsNullOrWhiteSpace(record.Text(field)):
                errors.Add(field, "must not be empty");
                return null;
            case ValueKind.Text when record.Text(field).Length > MaxTextLength:
                errors.Add(field, $"must not be longer than {MaxTextLength} characters");
                return null;
            case ValueKind.Text:
                return record.Text(field);
            default:
                errors.Add(field, "must be a string");
                return null;
        }
    }
}
