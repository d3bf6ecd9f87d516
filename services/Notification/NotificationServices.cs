using DaprTrading.Notification.Alerts;
using DaprTrading.Notification.Channels;
using DaprTrading.Notification.History;
using DaprTrading.Notification.Signals;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace DaprTrading.Notification;

/// <summary>What this service is made of.</summary>
internal static class NotificationServices
{
    public static void AddNotification(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<NotificationOptions>().BindConfiguration(NotificationOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<NotificationMetrics>();
        services.AddSingleton<NoticeHistory>();
        services.AddSingleton<AlertRules>();
        services.AddSingleton<CoolDowns>();
        services.AddSingleton<Notifier>();
        services.AddSingleton(static provider => new FloodGuard(
            provider.GetRequiredService<IOptions<NotificationOptions>>().Value.MaxPerSecond));
        services.AddHostedService<ExcessReporter>();
        services.AddChannels(configuration);
    }

    /// <summary>How the channels are doing.</summary>
    public static void MapChannelEndpoints(this IEndpointRouteBuilder routes) => routes.MapGet("/channels", ListChannels);

    internal static Ok<IReadOnlyList<ChannelStatus>> ListChannels(IEnumerable<ChannelWorker> channels) =>
        TypedResults.Ok<IReadOnlyList<ChannelStatus>>([.. channels.Select(channel => channel.Status)]);

    private static void AddChannels(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ChannelOptions>().BindConfiguration(ChannelOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<ChannelOptions>, ChannelOptionsCheck>();
        services.AddHttpClient(WebhookChannel.Client);
        ChannelOptions channels = configuration.GetSection(ChannelOptions.Section).Get<ChannelOptions>() ?? new ChannelOptions();
        if (channels.HasWebhook)
        {
            services.AddChannel<WebhookChannel>();
        }

        if (channels.HasMail)
        {
            services.AddChannel<MailChannel>();
        }
    }

    private static void AddChannel<TChannel>(this IServiceCollection services)
        where TChannel : class, IChannel
    {
        services.AddKeyedSingleton<ChannelWorker>(typeof(TChannel), static (provider, _) => ActivatorUtilities.CreateInstance<ChannelWorker>(
            provider, ActivatorUtilities.CreateInstance<TChannel>(provider)));
        services.AddSingleton(static provider => provider.GetRequiredKeyedService<ChannelWorker>(typeof(TChannel)));
        services.AddSingleton<IHostedService>(static provider => provider.GetRequiredKeyedService<ChannelWorker>(typeof(TChannel)));
    }

    private sealed class ChannelOptionsCheck : IValidateOptions<ChannelOptions>
    {
        public ValidateOptionsResult Validate(string? name, ChannelOptions options) =>
            options.Problem() is { } problem ? ValidateOptionsResult.Fail(problem) : ValidateOptionsResult.Success;
    }
}
