namespace DaprTrading.Indicators;

/// <summary>A configured indicator within a set: its kernel, and how to feed it.</summary>
internal sealed class CustomSlot
{
    private readonly SlidingMean? _sma;
    private readonly Ema? _ema;
    private readonly Rsi? _rsi;
    private readonly Atr? _atr;

    public CustomSlot(CustomIndicator definition, RollingWindow closes)
    {
        Name = definition.Name;
        switch (definition.Kind)
        {
            case IndicatorKind.Sma: _sma = new SlidingMean(closes, definition.Period); break;
            case IndicatorKind.Ema: _ema = new Ema(definition.Period); break;
            case IndicatorKind.Rsi: _rsi = new Rsi(definition.Period); break;
            case IndicatorKind.Atr: _atr = new Atr(definition.Period); break;
            default: throw new ArgumentOutOfRangeException(nameof(definition), definition.Kind, "Unknown kind of indicator.");
        }
    }

    public string Name { get; }

    public double Update(double high, double low, double close) =>
        _sma?.Update() ?? _ema?.Update(close) ?? _rsi?.Update(close) ?? _atr!.Update(high, low, close);

    public void Save(ref StateWriter state)
    {
        _sma?.Save(ref state);
        _ema?.Save(ref state);
        _rsi?.Save(ref state);
        _atr?.Save(ref state);
    }

    public void Load(ref StateReader state)
    {
        _sma?.Load(ref state);
        _ema?.Load(ref state);
        _rsi?.Load(ref state);
        _atr?.Load(ref state);
    }
}
