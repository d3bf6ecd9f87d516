namespace DaprTrading.Indicators;

/// <summary>Writes the fields of indicators one after the other, so that a snapshot is one block of doubles.</summary>
internal ref struct StateWriter(Span<double> block)
{
    private readonly Span<double> _block = block;

    /// <summary>How many were written.</summary>
    public int Length { get; private set; }

    public void Write(double value) => _block[Length++] = value;
}

/// <summary>Reads what <see cref="StateWriter"/> wrote, in the same order.</summary>
internal ref struct StateReader(ReadOnlySpan<double> block)
{
    private readonly ReadOnlySpan<double> _block = block;
    private int _position;

    public readonly bool AtEnd => _position == _block.Length;

    public double Read() =>
        _position < _block.Length ? _block[_position++] : throw new InvalidDataException("Indicator state is shorter than its layout.");

    public int ReadInt() => (int)Read();
}
