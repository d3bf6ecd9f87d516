using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace DaprTrading.Tests.Benchmarks;

/// <summary>The figures of one run, as a table and as JSON.</summary>
internal static class Report
{
    public static void Print(IReadOnlyList<Measurement> results)
    {
        var table = new Table().AddColumns("scenario", "measured", "value", "unit", "target", "met");
        table.Columns[2].RightAligned();
        foreach (Measurement m in results)
        {
            table.AddRow(m.Scenario, m.Name, $"{m.Value:0.###}", m.Unit, m.Target ?? "", m.Met switch { true => "yes", false => "NO", _ => "" });
        }

        AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 120);
        AnsiConsole.Write(table);
    }

    public static async Task WriteAsync(string path, IReadOnlyList<Measurement> results, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var document = new ReportDocument(TimeProvider.System.GetUtcNow(), Environment.ProcessorCount, Environment.Version.ToString(), results);
        await File.WriteAllTextAsync(path, JsonSerializer.Serialize(document, ReportJson.Default.ReportDocument), cancellationToken);
    }
}

/// <summary>A run's figures with what they were measured on.</summary>
internal sealed record ReportDocument(DateTimeOffset At, int Processors, string Runtime, IReadOnlyList<Measurement> Results);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(ReportDocument))]
internal sealed partial class ReportJson : JsonSerializerContext;
