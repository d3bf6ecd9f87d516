using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace DaprTrading.Indicators;

/// <summary>Every indicator of one symbol: the default set of the platform and the configured ones, over one shared window of closes and a short one of volumes.</summary>
/// <remarks>
/// <see cref="Update"/> costs the same for every bar and allocates nothing. <see cref="Snapshot"/> and <see cref="Restore"/> are exact: a
/// restored set goes on bit by bit as the original would have. Prices must be finite; a NaN is carried into the values as each indicator
/// documents and never throws. Not thread-safe: one instance belongs to one owner.
/// </remarks>
public sealed class IndicatorSet
{
    private const int DefaultLookBack = 200;
    private const int VolumePeriod = 20;
    private const int MaxFields = 64;
    private const double BandWidth = 2;

    private readonly RollingWindow _closes;
    private readonly RollingWindow _volumes = new(VolumePeriod + 1);
    private readonly SlidingMean _sma20, _sma50, _sma200, _volumeSma20;
    private readonly Ema _ema9 = new(9), _ema21 = new(21), _ema50 = new(50);
    private readonly Macd _macd = new(12, 26, 9);
    private readonly Rsi _rsi14 = new(14);
    private readonly Atr _atr14 = new(14);
    private readonly Vwap _vwap = new();
    private readonly CustomSlot[] _custom;
    private readonly double[] _customValues;
    private int _unchanged;

    /// <param name="custom">Indicators beside the default set; none when empty. Names must differ.</param>
    public IndicatorSet(IReadOnlyList<CustomIndicator> custom)
    {
        int lookBack = DefaultLookBack;
        foreach (CustomIndicator definition in custom)
            lookBack = Math.Max(lookBack, definition.Kind == IndicatorKind.Sma ? definition.Period : 0);

        _closes = new RollingWindow(lookBack + 1);
        _sma20 = new SlidingMean(_closes, 20);
        _sma50 = new SlidingMean(_closes, 50);
        _sma200 = new SlidingMean(_closes, 200);
        _volumeSma20 = new SlidingMean(_volumes, VolumePeriod);
        _custom = custom.Count == 0 ? [] : new CustomSlot[custom.Count];
        _customValues = custom.Count == 0 ? [] : new double[custom.Count];
        for (int i = 0; i < _custom.Length; i++)
            _custom[i] = new CustomSlot(custom[i], _closes);
    }

    /// <summary>Values of the configured indicators after the newest bar, in the order they were given.</summary>
    public ReadOnlySpan<double> Custom => _customValues;

    /// <summary>Takes in one bar.</summary>
    /// <param name="timeMs">Time of the bar, Unix milliseconds, UTC.</param>
    /// <param name="high">Highest price.</param>
    /// <param name="low">Lowest price.</param>
    /// <param name="close">Last price.</param>
    /// <param name="volume">Traded quantity; zero or more.</param>
    public IndicatorValues Update(long timeMs, double high, double low, double close, double volume)
    {
        _unchanged = _closes.Count > 0 && close == _closes.Ago(0) ? _unchanged + 1 : 0;
        _closes.Add(close);
        _volumes.Add(volume);
        for (int i = 0; i < _custom.Length; i++)
            _customValues[i] = _custom[i].Update(high, low, close);

        double sma20 = _sma20.Update();
        return new IndicatorValues
        {
            Unchanged = _unchanged,
            Sma20 = sma20,
            Sma50 = _sma50.Update(),
            Sma200 = _sma200.Update(),
            Ema9 = _ema9.Update(close),
            Ema21 = _ema21.Update(close),
            Ema50 = _ema50.Update(close),
            Rsi14 = _rsi14.Update(close),
            Macd = _macd.Update(close),
            Bollinger = double.IsNaN(sma20)
                ? new BollingerValue(double.NaN, double.NaN, double.NaN)
                : BollingerBands.Around(sma20, _closes.Newest(20), BandWidth),
            Atr14 = _atr14.Update(high, low, close),
            Vwap = _vwap.Update(timeMs, high, low, close, volume),
            VolumeSma20 = _volumeSma20.Update(),
        };
    }

    /// <summary>The state after the newest bar. Costs a copy of the windows.</summary>
    public IndicatorSetState Snapshot()
    {
        Span<double> block = stackalloc double[MaxFields];
        var state = new StateWriter(block);
        Save(ref state);
        return new IndicatorSetState
        {
            Version = IndicatorSetState.CurrentVersion,
            Closes = Freeze(_closes.Newest(Math.Min(_closes.Count, _closes.Capacity - 1))),
            Volumes = Freeze(_volumes.Newest(Math.Min(_volumes.Count, VolumePeriod))),
            Fields = Freeze(block[..state.Length]),
            Custom = _custom.Length == 0 ? null : Array.ConvertAll(_custom, SnapshotOf),
        };
    }

    /// <summary>A set that goes on exactly where the one that made <paramref name="state"/> stopped.</summary>
    /// <remarks>A configured indicator the state does not know starts to warm up; one that is configured no longer is forgotten.</remarks>
    /// <exception cref="InvalidDataException">The state has a layout this build does not know.</exception>
    public static IndicatorSet Restore(IndicatorSetState state, IReadOnlyList<CustomIndicator> custom)
    {
        if (state.Version is < IndicatorSetState.OldestVersion or > IndicatorSetState.CurrentVersion)
        {
            throw new InvalidDataException(
                $"Indicator state has layout {state.Version}; this build reads {IndicatorSetState.OldestVersion} to {IndicatorSetState.CurrentVersion}.");
        }

        var set = new IndicatorSet(custom);
        foreach (double close in state.Closes)
            set._closes.Add(close);
        foreach (double volume in state.Volumes)
            set._volumes.Add(volume);

        var fields = new StateReader(state.Fields.AsSpan());
        set.Load(ref fields, state);
        foreach (CustomState known in state.Custom ?? [])
            set.LoadCustom(known);
        return set;
    }

    private void Save(ref StateWriter state)
    {
        state.Write(_unchanged);
        _sma20.Save(ref state);
        _sma50.Save(ref state);
        _sma200.Save(ref state);
        _ema50.Save(ref state);
        _macd.Save(ref state);
        _rsi14.Save(ref state);
        _atr14.Save(ref state);
        _vwap.Save(ref state);
        _ema9.Save(ref state);
        _ema21.Save(ref state);
        _volumeSma20.Save(ref state);
    }

    private void Load(ref StateReader state, IndicatorSetState source)
    {
        _unchanged = state.ReadInt();
        _sma20.Load(ref state);
        _sma50.Load(ref state);
        _sma200.Load(ref state);
        _ema50.Load(ref state);
        _macd.Load(ref state);
        _rsi14.Load(ref state);
        _atr14.Load(ref state);
        _vwap.Load(ref state);
        LoadFastAverages(ref state, source);
        // Older layouts have no volumes: their mean starts to warm up.
        if (source.Version >= 3)
            _volumeSma20.Load(ref state);
        if (!state.AtEnd)
            throw new InvalidDataException("Indicator state is longer than its layout.");
    }

    /// <summary>Layout 1 does not have them: they are made from its closes, exactly for a series of up to 200 bars, to seven digits for a longer one.</summary>
    private void LoadFastAverages(ref StateReader state, IndicatorSetState source)
    {
        if (source.Version >= 2)
        {
            _ema9.Load(ref state);
            _ema21.Load(ref state);
            return;
        }

        foreach (double close in source.Closes)
        {
            _ema9.Update(close);
            _ema21.Update(close);
        }
    }

    private void LoadCustom(CustomState known)
    {
        foreach (CustomSlot slot in _custom)
        {
            if (slot.Name != known.Name)
                continue;
            var fields = new StateReader(known.Fields.AsSpan());
            slot.Load(ref fields);
        }
    }

    private static CustomState SnapshotOf(CustomSlot slot)
    {
        Span<double> block = stackalloc double[MaxFields];
        var state = new StateWriter(block);
        slot.Save(ref state);
        return new CustomState(slot.Name, Freeze(block[..state.Length]));
    }

    private static ImmutableArray<double> Freeze(ReadOnlySpan<double> values) =>
        ImmutableCollectionsMarshal.AsImmutableArray(values.ToArray());
}
