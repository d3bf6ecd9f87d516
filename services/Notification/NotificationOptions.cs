using System.ComponentModel.DataAnnotations;

namespace DaprTrading.Notification;

/// <summary>How many notifications people get at most.</summary>
internal sealed class NotificationOptions
{
    public const string Section = "Notification";

    /// <summary>
    /// Least time, measured in the time of the bars, between two notifications of one symbol, strategy and side. Default 0: every signal is told.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan CoolDown { get; init; }

    /// <summary>Least distance in bars between two notifications of one symbol, strategy and side. Default 0: every signal is told.</summary>
    [Range(0, 1_000_000)]
    public int CoolDownBars { get; init; }

    /// <summary>Signals told one by one per second of ingest time and instance; those beyond are told in one sentence. Default 20.</summary>
    [Range(1, 10_000)]
    public int MaxPerSecond { get; init; } = 20;

    /// <summary>Alert rules that can exist. Default 200.</summary>
    [Range(1, 10_000)]
    public int MaxRules { get; init; } = 200;
}

/// <summary>Ways to tell people besides the dashboard; each is off until it is configured.</summary>
internal sealed class ChannelOptions
{
    public const string Section = "Notification:Channels";

    /// <summary>Where notifications are posted as JSON; an absolute http or https address. Empty: off.</summary>
    public string WebhookUrl { get; init; } = "";

    /// <summary>Mail server. Empty: no e-mail.</summary>
    public string SmtpHost { get; init; } = "";

    /// <summary>Port of the mail server. Default 25.</summary>
    [Range(1, 65_535)]
    public int SmtpPort { get; init; } = 25;

    /// <summary>Whether the mail server is spoken to with TLS.</summary>
    public bool SmtpTls { get; init; }

    /// <summary>Sender of the mails.</summary>
    public string MailFrom { get; init; } = "";

    /// <summary>Recipient of the mails.</summary>
    public string MailTo { get; init; } = "";

    /// <summary>Notifications that wait for a slow channel before further ones are recorded as failed. Default 1 000.</summary>
    [Range(1, 100_000)]
    public int QueueLength { get; init; } = 1_000;

    /// <summary>Attempts after the first. Default 4.</summary>
    [Range(1, 20)]
    public int Retries { get; init; } = 4;

    /// <summary>Longest time of one attempt. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:02:00")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    internal bool HasWebhook => WebhookUrl.Length > 0;

    internal bool HasMail => SmtpHost.Length > 0;

    /// <summary>What is wrong with the addresses; null when nothing is.</summary>
    internal string? Problem() =>
        HasWebhook && !(Uri.TryCreate(WebhookUrl, UriKind.Absolute, out Uri? url) && url.Scheme is ("http" or "https"))
            ? $"{Section}:{nameof(WebhookUrl)} must be an absolute http or https address, but is '{WebhookUrl}'."
        : HasMail && (!MailFrom.Contains('@') || !MailTo.Contains('@'))
            ? $"{Section}:{nameof(MailFrom)} and {nameof(MailTo)} must be mail addresses when {nameof(SmtpHost)} is set."
        : null;
}
