using NodaTime;

namespace DaprTrading.MarketData;

/// <summary>How the time of a row is written.</summary>
internal enum TimeRule
{
    /// <summary>A date, an ISO time or a Unix time.</summary>
    Stamp,

    /// <summary>A date and a time of day in two columns, in the layout's zone.</summary>
    DateAndClock,

    /// <summary><c>20140605 09:30</c>, in the layout's zone.</summary>
    DateSpaceClock,

    /// <summary>Milliseconds since midnight of the layout's day, in its zone.</summary>
    MillisecondsOfDay,
}

/// <summary>Which column holds what (-1: none), and what the values mean.</summary>
internal sealed record RowLayout(string Format)
{
    public int Time { get; init; }

    public int Clock { get; init; } = -1;

    public int Open { get; init; } = 1;

    public int High { get; init; } = 2;

    public int Low { get; init; } = 3;

    /// <summary>Close of a bar, price of a trade.</summary>
    public int Close { get; init; } = 4;

    /// <summary>Volume of a bar, size of a trade.</summary>
    public int Volume { get; init; } = 5;

    public int Symbol { get; init; } = -1;

    /// <summary>Column of the last moment of the bar, Unix time.</summary>
    public int LastMoment { get; init; } = -1;

    /// <summary>Column of Stooq's period: <c>D</c> or minutes.</summary>
    public int Period { get; init; } = -1;

    /// <summary>Column that is 1 for a trade the vendor does not trust.</summary>
    public int Suspicious { get; init; } = -1;

    public TimeRule Rule { get; init; }

    /// <summary>Zone of clock times.</summary>
    public DateTimeZone Zone { get; init; } = DateTimeZone.Utc;

    /// <summary>Whether dates with slashes begin with the day, as <c>31/01/2020</c>.</summary>
    public bool IsDayFirst { get; init; }

    /// <summary>The day of the file, where rows have the time of day only.</summary>
    public DateOnly Day { get; init; }

    /// <summary>What prices are divided by.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Length of a bar in milliseconds; 0: the rows tell.</summary>
    public long Interval { get; init; }

    public bool IsTrades { get; init; }

    public bool HasHeader { get; init; }

    public char Separator { get; init; } = ',';

    /// <summary>The symbol, where no column has it and the file's name does not either.</summary>
    public string? FileSymbol { get; init; }

    /// <summary>Cells a row must have.</summary>
    public int Cells =>
        1 + Math.Max(Math.Max(Math.Max(Math.Max(Time, Clock), Math.Max(Close, Volume)), Math.Max(IsTrades ? 0 : Math.Max(Open, Math.Max(High, Low)), Symbol)), Math.Max(Math.Max(LastMoment, Period), Suspicious));
}
