using DaprTrading.Aggregator.Accuracy;
using DaprTrading.Aggregator.History;
using DaprTrading.Aggregator.Summaries;
using DaprTrading.Aggregator.Symbols;
using DaprTrading.ServiceDefaults;

namespace DaprTrading.Aggregator;

/// <summary>What this service is made of.</summary>
internal static class AggregatorServices
{
    public static void AddAggregator(this IServiceCollection services)
    {
        services.AddOptions<AggregatorOptions>().BindConfiguration(AggregatorOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<AccuracyOptions>().BindConfiguration(AccuracyOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<AggregatorMetrics>();
        services.AddSingleton<ISegmentStore, DaprSegmentStore>();
        services.AddSingleton<SymbolDirectory>();
        services.AddSingleton<ISymbolRegister>(static provider => provider.GetRequiredService<SymbolDirectory>());
        services.AddSingleton<SummaryActors>();
        services.AddSingleton<ISummaryCalls>(static provider => provider.GetRequiredService<SummaryActors>());
        services.AddSingleton<SymbolReader>();
        services.AddSingleton<AccuracyTotals>();
        services.AddHostedService(static provider => provider.GetRequiredService<AccuracyTotals>());
        services.AddSingleton<SummaryPublisher>();
        services.AddSingleton<ISummarySink>(static provider => provider.GetRequiredService<SummaryPublisher>());
        services.AddHostedService(static provider => provider.GetRequiredService<SummaryPublisher>());
        services.AddActors(static actors =>
        {
            actors.JsonSerializerOptions = ServiceJson.Options(AggregatorJson.Default);
            actors.DrainOngoingCallTimeout = ActorDefaults.DrainTimeout;
            actors.DrainRebalancedActors = true;
            actors.Actors.RegisterActor<SummaryActor>();
        });
    }
}
