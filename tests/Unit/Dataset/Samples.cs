using System.IO.Compression;
using System.Text;
using DaprTrading.MarketData;

namespace DaprTrading.Tests.Unit.Dataset;

/// <summary>Reads files and texts the way the service does.</summary>
internal static class Samples
{
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Dataset", "Data");

    public static FileContent Recorded(string name, ReadSettings? settings = null)
    {
        using FileStream stream = File.OpenRead(Path.Combine(Folder, name));
        return Read(stream, name, settings);
    }

    public static FileContent Text(string text, string name = "SYM.csv", string? format = null, ReadSettings? settings = null) =>
        Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), name, settings ?? ReadSettings.Default with { Format = format });

    public static FileContent Bytes(byte[] bytes, string name, string? format = null) => Read(new MemoryStream(bytes), name, ReadSettings.Default with { Format = format });

    public static FileContent Read(Stream stream, string name, ReadSettings? settings = null, long maxBytes = 64 << 20, int maxBars = 100_000)
    {
        var bars = new BarCollector(maxBars) { AsOf = settings?.AsOf };
        MarketDataReader.Read(stream, name, settings ?? ReadSettings.Default, new ReadBudget(maxBytes), bars, CancellationToken.None);
        return bars.Build();
    }

    public static byte[] Zip(string entry, string text) => Zip((entry, Encoding.UTF8.GetBytes(text)));

    public static byte[] Zip(params (string Name, byte[] Content)[] entries)
    {
        var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in entries)
            {
                using Stream stream = zip.CreateEntry(name).Open();
                stream.Write(content);
            }
        }

        return bytes.ToArray();
    }

    public static byte[] Gzip(byte[] plain)
    {
        var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(plain);
        return bytes.ToArray();
    }

    public static long Utc(string time) => DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal).ToUnixTimeMilliseconds();
}
