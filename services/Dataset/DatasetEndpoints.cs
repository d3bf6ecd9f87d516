using System.Text.Json.Serialization;
using DaprTrading.Dataset.Backtests;
using DaprTrading.Dataset.Files;
using DaprTrading.Dataset.Replays;
using Microsoft.AspNetCore.Mvc;

namespace DaprTrading.Dataset;

/// <summary>What can be replayed, and the making of the service.</summary>
internal static class DatasetEndpoints
{
    public static void AddDataset(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<DatasetOptions>().BindConfiguration(DatasetOptions.Section)
            .PostConfigure<IConfiguration>((options, configuration) => options.AddedFolder ??= AddedFolder(configuration["DAPRTRADING_DATA"]))
            .ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<DatasetFolder>();
        builder.Services.AddSingleton<ReplayLoader>();
        builder.Services.AddSingleton<ReplayStore>();
        builder.Services.AddSingleton<SeriesDirectory>();
        builder.Services.AddSingleton<GatewaySender>();
        builder.Services.AddSingleton<ReplayRunner>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ReplayRunner>());
        builder.Services.AddBacktests();
    }

    public static void MapDatasets(this IEndpointRouteBuilder routes) => routes.MapGet("/datasets", List);

    private static string? AddedFolder(string? data) => string.IsNullOrEmpty(data) ? null : Path.Combine(data, "datasets");

    internal static IResult List(DatasetFolder folder) => Results.Json(folder.List(), DatasetJson.Default.IReadOnlyListDatasetFile);
}

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(IReadOnlyList<DatasetFile>))]
[JsonSerializable(typeof(IReadOnlyList<Replay>))]
[JsonSerializable(typeof(Replay))]
[JsonSerializable(typeof(IReadOnlyList<ReplaySeries>))]
[JsonSerializable(typeof(IReadOnlyList<ReservedName>))]
[JsonSerializable(typeof(List<string>))]
[JsonSerializable(typeof(ReplayRequest))]
[JsonSerializable(typeof(SeekRequest))]
[JsonSerializable(typeof(SpeedRequest))]
[JsonSerializable(typeof(HttpValidationProblemDetails))]
[JsonSerializable(typeof(ProblemDetails))]
internal sealed partial class DatasetJson : JsonSerializerContext;
