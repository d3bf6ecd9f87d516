using System.Globalization;
using System.Text.Json;

namespace DaprTrading.Tests.Benchmarks;

/// <summary>Processor time and memory of processes, from <c>/proc</c>.</summary>
internal static class ProcessUsage
{
    private const double TicksPerSecond = 100;

    /// <summary>Every process of a running system: the runtime, its servers, its apps.</summary>
    public static IReadOnlyDictionary<string, int> Pids(JsonElement status)
    {
        var pids = new Dictionary<string, int>(StringComparer.Ordinal) { ["local runtime"] = status.GetProperty("pid").GetInt32() };
        foreach (string server in new[] { "redis", "generator" })
        {
            if (status.TryGetProperty(server, out JsonElement found) && found.ValueKind == JsonValueKind.Object) pids[server] = found.GetProperty("pid").GetInt32();
        }

        foreach (JsonElement app in status.GetProperty("apps").EnumerateArray())
        {
            foreach (JsonElement instance in app.GetProperty("instances").EnumerateArray())
            {
                pids[$"{app.GetProperty("appId").GetString()}-{instance.GetProperty("instance").GetInt32()}"] = instance.GetProperty("pid").GetInt32();
            }
        }

        return pids;
    }

    /// <summary>Processor seconds used since the process began.</summary>
    public static double CpuSeconds(int pid)
    {
        string stat = File.ReadAllText($"/proc/{pid}/stat");
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }

    /// <summary>Resident memory in megabytes.</summary>
    public static double ResidentMegabytes(int pid)
    {
        string line = File.ReadLines($"/proc/{pid}/status").First(l => l.StartsWith("VmRSS", StringComparison.Ordinal));
        return double.Parse(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }
}
