using Dapr.Client;
using DaprTrading.Contracts;
using DaprTrading.ServiceDefaults;
using DaprTrading.Signals.Context;
using DaprTrading.Signals.CoolDowns;
using DaprTrading.Signals.Evaluation;
using DaprTrading.Signals.History;
using DaprTrading.Signals.Settings;
using Microsoft.Extensions.Options;

namespace DaprTrading.Signals;

internal static class SignalsServices
{
    private const string LogKey = "signals";

    /// <summary>Strategies and their settings, the log of signals, the context of each symbol.</summary>
    public static void AddSignals(this WebApplicationBuilder builder)
    {
        IServiceCollection services = builder.Services;
        services.AddSingleton<SignalsMetrics>();
        services.AddSingleton<ISettingsStore, SettingsStore>();
        services.AddOptions<SettingsOptions>().BindConfiguration(SettingsOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<CurrentStrategies>();
        services.AddOptions<SignalLogOptions>().BindConfiguration(SignalLogOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(provider => new StateLog<TradingSignal>(
            provider.GetRequiredService<DaprClient>(), StateStores.State, LogKey, signal => signal.Id,
            maxPages: provider.GetRequiredService<IOptions<SignalLogOptions>>().Value.MaxPages));
        services.AddSingleton<ISignalLog, SignalLog>();
        services.AddSingleton<ISignalPublisher, SignalPublisher>();
        services.AddSingleton<RecentPoints>();
        services.AddSingleton<IPastPoints, PastPoints>();
        services.AddOptions<CoolDownOptions>().BindConfiguration(CoolDownOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<CoolDownOptions>().BindConfiguration(CoolDownOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<CoolDownStage>();
        services.AddSingleton<IndicatorHandler>();
        services.AddSingleton<MarketContext>();
        services.AddSingleton<ContextAdjuster>();
        services.AddSingleton<MarketEventHandler>();
    }
}
