using System.Text.Json.Serialization;
using DaprTrading.Ingestion.BackPressure;
using DaprTrading.Ingestion.Publishing;

namespace DaprTrading.Ingestion;

internal static class IngestionServices
{
    public static void AddIngestion(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<IngestOptions>().BindConfiguration(IngestOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddOptions<BackPressureOptions>().BindConfiguration(BackPressureOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<IngestionMetrics>();
        builder.Services.AddSingleton<BackPressureGate>();
        builder.Services.AddSingleton<IUnreadStore, UnreadStore>();
        builder.Services.AddSingleton<UnreadBook>();
        // Stops after the publisher, which it has to speak for.
        builder.Services.AddHostedService(services => services.GetRequiredService<UnreadBook>());
        builder.Services.AddSingleton<IngestPublisher>();
        builder.Services.AddHostedService(services => services.GetRequiredService<IngestPublisher>());
        builder.WebHost.ConfigureKestrel((context, kestrel) =>
            kestrel.Limits.MaxRequestBodySize = context.Configuration.GetValue($"{IngestOptions.Section}:{nameof(IngestOptions.MaxBodyBytes)}", 4_000_000));
    }
}

[JsonSerializable(typeof(UnreadRecord))]
[JsonSerializable(typeof(HttpValidationProblemDetails))]
[JsonSerializable(typeof(Microsoft.AspNetCore.Mvc.ProblemDetails))]
internal sealed partial class IngestionJson : JsonSerializerContext;
