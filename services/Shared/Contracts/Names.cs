namespace DaprTrading.Contracts;

/// <summary>The Dapr app ids of the services.</summary>
public static class AppIds
{
    /// <summary>Public edge and load balancer.</summary>
    public const string Gateway = "gateway";

    /// <summary>Validates, normalises and publishes market data.</summary>
    public const string Ingestion = "ingestion";

    /// <summary>Turns bars into indicators, one actor per symbol.</summary>
    public const string Processing = "processing";

    /// <summary>Turns indicators into trading signals.</summary>
    public const string Signals = "signals";

    /// <summary>Tells people.</summary>
    public const string Notification = "notification";

    /// <summary>Summarises each stock.</summary>
    public const string Aggregator = "aggregator";

    /// <summary>Backend of the dashboard.</summary>
    public const string Visualization = "visualization";

    /// <summary>Replays real-world data.</summary>
    public const string Dataset = "dataset";
}

/// <summary>The pub/sub components every folder under <c>components/</c> declares.</summary>
public static class PubSubNames
{
    /// <summary>The bus everybody publishes to; the replicas of a subscriber share the work.</summary>
    public const string Bus = "pubsub";

    /// <summary>The same broker and topics; here each replica of a subscriber gets every event (own consumer group).</summary>
    public const string Broadcast = "broadcast";
}

/// <summary>The topics of the bus, named after what they carry.</summary>
public static class Topics
{
    /// <summary><see cref="BarBatch"/>.</summary>
    public const string Bars = "bars";

    /// <summary><see cref="MarketEventBatch"/>.</summary>
    public const string MarketEvents = "market-events";

    /// <summary><see cref="RejectedBatch"/>.</summary>
    public const string Rejected = "rejected";

    /// <summary><see cref="IndicatorBatch"/>.</summary>
    public const string Indicators = "indicators";

    /// <summary><see cref="TradingSignal"/>.</summary>
    public const string Signals = "signals";

    /// <summary><see cref="Notification"/>.</summary>
    public const string Notifications = "notifications";

    /// <summary><see cref="SymbolSummary"/>.</summary>
    public const string Summaries = "summaries";

    /// <summary><see cref="Heartbeat"/>.</summary>
    public const string Heartbeats = "heartbeats";

    /// <summary><see cref="DeadLettersRepublished"/>.</summary>
    public const string Republished = "dead-letters-republished";

    /// <summary>The topics whose subscribers name a dead-letter topic.</summary>
    public static IReadOnlyList<string> WithDeadLetters { get; } =
        [Bars, MarketEvents, Rejected, Indicators, Signals, Notifications, Summaries, Heartbeats];

    /// <summary>The topic that receives what could not be delivered from <paramref name="topic"/>.</summary>
    public static string DeadLetter(string topic) => topic + "-dead";
}

/// <summary>The state store components every folder under <c>components/</c> declares.</summary>
public static class StateStores
{
    /// <summary>Actor state and the services' own state.</summary>
    public const string State = "statestore";

    /// <summary>The database of closed candles and points.</summary>
    public const string History = "history";

    /// <summary>The distributed cache in front of <see cref="History"/>.</summary>
    public const string Cache = "cache";
}

/// <summary>The actor types and the app that hosts each.</summary>
public static class ActorTypes
{
    /// <summary>Hosted by <see cref="AppIds.Processing"/>: orders the bars of one symbol and keeps its indicators.</summary>
    public const string Symbol = "SymbolActor";

    /// <summary>Hosted by <see cref="AppIds.Aggregator"/>: keeps candles, points and the summary of one symbol.</summary>
    public const string Summary = "SummaryActor";
}
