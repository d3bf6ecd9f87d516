using System.Net.Mail;
using Microsoft.Extensions.Options;

namespace DaprTrading.Notification.Channels;

/// <summary>Sends what has gathered as one mail.</summary>
internal sealed class MailChannel(IOptions<ChannelOptions> options) : IChannel
{
    public string Name => "mail";

    public int BatchSize => 50;

    public async Task SendAsync(IReadOnlyList<Notice> notices, CancellationToken cancellationToken)
    {
        ChannelOptions settings = options.Value;
        using var client = new SmtpClient(settings.SmtpHost, settings.SmtpPort) { EnableSsl = settings.SmtpTls };
        using var mail = new MailMessage(settings.MailFrom, settings.MailTo, SubjectOf(notices), BodyOf(notices));
        await client.SendMailAsync(mail, cancellationToken);
    }

    internal static string SubjectOf(IReadOnlyList<Notice> notices) =>
        notices.Count == 1 ? notices[0].Title : $"{notices[0].Title} and {notices.Count - 1} more";

    internal static string BodyOf(IReadOnlyList<Notice> notices) => string.Join(
        "\r\n\r\n",
        notices.Select(notice => $"{DateTimeOffset.FromUnixTimeMilliseconds(notice.Time):u} {notice.Title}\r\n{notice.Text}"));
}
