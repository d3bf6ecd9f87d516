using DaprTrading.Processing.Bars;
using DaprTrading.Processing.Symbols;
using DaprTrading.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace DaprTrading.Processing;

internal static class ProcessingServices
{
    /// <summary>A symbol without bars for this long is taken out of memory; its next bar brings it back.</summary>
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromMinutes(30);

    /// <summary>Options, the symbol actor and what it publishes with, the way from the subscription to the actors.</summary>
    public static void AddProcessing(this WebApplicationBuilder builder)
    {
        IServiceCollection services = builder.Services;
        services.AddOptions<OrderingOptions>().BindConfiguration(OrderingOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<IndicatorOptions>().BindConfiguration(IndicatorOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<IndicatorOptions>, IndicatorOptionsValidator>();
        services.AddSingleton(provider => new SymbolSettings(
            provider.GetRequiredService<IOptions<OrderingOptions>>().Value.ToLimits(),
            provider.GetRequiredService<IOptions<IndicatorOptions>>().Value.ToIndicators()));

        services.AddSingleton<ProcessingMetrics>();
        services.AddSingleton<IIndicatorPublisher, IndicatorPublisher>();
        services.AddSingleton<ISymbols, SymbolProxies>();
        services.AddSingleton<BarDispatcher>();
        services.AddSingleton<LostBars>();

        services.AddActors(options =>
        {
            options.Actors.RegisterActor<SymbolActor>();
            options.JsonSerializerOptions = ServiceJson.Options(ProcessingJson.Default);
            options.ActorIdleTimeout = IdleTimeout;
            options.DrainOngoingCallTimeout = ActorDefaults.DrainTimeout;
            options.DrainRebalancedActors = true;
        });
    }
}
