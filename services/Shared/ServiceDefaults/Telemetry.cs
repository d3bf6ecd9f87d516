using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace DaprTrading.ServiceDefaults;

/// <summary>Exports meters and traces by OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set; otherwise costs nothing.</summary>
internal sealed class Telemetry : IHostedService, IDisposable
{
    private static readonly string[] Meters =
        ["DaprTrading.*", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime"];

    private static readonly string[] Sources = ["DaprTrading.*", "Microsoft.AspNetCore", "System.Net.Http"];

    private readonly MeterProvider? _meters;
    private readonly TracerProvider? _traces;

    public Telemetry(IConfiguration configuration, ServiceInstance instance)
    {
        if (string.IsNullOrWhiteSpace(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"])) return;

        ResourceBuilder resource = ResourceBuilder.CreateDefault()
            .AddService(instance.App, "daprtrading", serviceInstanceId: instance.Name);
        _meters = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(Meters).AddOtlpExporter(UseHttp).Build();
        _traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(Sources).AddOtlpExporter(UseHttp).Build();
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _traces?.ForceFlush(2000);
        _meters?.ForceFlush(2000);
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _traces?.Dispose();
        _meters?.Dispose();
    }

    private static void UseHttp(OtlpExporterOptions options) => options.Protocol = OtlpExportProtocol.HttpProtobuf;
}
