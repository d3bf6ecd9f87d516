using Dapr.Actors.Runtime;
using DaprTrading.Aggregator;
using DaprTrading.Processing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DaprTrading.Tests.Unit.Processing;

/// <summary>What the sidecar is told about draining does not depend on the release of Dapr.</summary>
public sealed class ActorDefaultsTests
{
    [Fact]
    public void Processing_SaysHowLongATurnMayGoOn()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.AddProcessing();

        Drains(builder);
    }

    [Fact]
    public void Aggregator_SaysHowLongATurnMayGoOn()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddAggregator();

        Drains(builder);
    }

    private static void Drains(WebApplicationBuilder builder)
    {
        using ServiceProvider services = builder.Services.BuildServiceProvider();
        ActorRuntimeOptions options = services.GetRequiredService<IOptions<ActorRuntimeOptions>>().Value;

        options.DrainOngoingCallTimeout.Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1)).And.BeLessThanOrEqualTo(TimeSpan.FromSeconds(2));
        options.DrainRebalancedActors.Should().BeTrue();
    }
}
