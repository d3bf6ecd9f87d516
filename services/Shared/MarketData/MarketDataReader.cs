using System.IO.Compression;

namespace DaprTrading.MarketData;

/// <summary>Reads one file of market data, whatever it is wrapped in. Told by the content, not by the file's name.</summary>
internal static class MarketDataReader
{
    private const int MaxEntries = 1_000;
    private const int MaxInnerZip = 64 * 1024 * 1024;

    private static ReadOnlySpan<byte> GzipMagic => [0x1F, 0x8B];

    /// <summary>Reads a file to its end.</summary>
    /// <param name="file">The file; seekable where it is a zip.</param>
    /// <param name="name">Its name; holds the symbol, and for Lean the date.</param>
    /// <param name="settings">How to read it.</param>
    /// <param name="budget">How much may come out of it.</param>
    /// <param name="bars">Where the bars go.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="DatasetFormatException">The file is too large or no market data.</exception>
    public static void Read(Stream file, string name, ReadSettings settings, ReadBudget budget, BarCollector bars, CancellationToken cancellationToken)
    {
        try
        {
            Unwrap(new LimitedStream(file, budget, name), file, name, settings, budget, bars, cancellationToken);
        }
        catch (InvalidDataException e)
        {
            throw new DatasetFormatException($"{name} cannot be decompressed: {e.Message}");
        }
    }

    private static void Unwrap(
        LimitedStream stream, Stream original, string name, ReadSettings settings, ReadBudget budget, BarCollector bars, CancellationToken cancellationToken)
    {
        ReadOnlySpan<byte> head = stream.Peek();
        if (head.StartsWith(GzipMagic))
        {
            using var inner = new LimitedStream(new GZipStream(stream, CompressionMode.Decompress), budget, name);
            Unwrap(inner, inner, FileNames.WithoutExtension(name, ".gz"), settings, budget, bars, cancellationToken);
        }
        else if (head.StartsWith("PK\u0003\u0004"u8))
        {
            using Stream seekable = original.CanSeek ? original : CopyOf(stream, name);
            seekable.Position = 0;
            ReadZip(seekable, name, settings, budget, bars, cancellationToken);
        }
        else
        {
            ReadPlain(stream, name, settings, bars, cancellationToken);
        }
    }

    private static void ReadZip(Stream zip, string name, ReadSettings settings, ReadBudget budget, BarCollector bars, CancellationToken cancellationToken)
    {
        using var archive = new ZipArchive(zip, ZipArchiveMode.Read, leaveOpen: true);
        ZipArchiveEntry[] files = [.. archive.Entries.Where(entry => entry.Name.Length > 0).Take(MaxEntries + 1)];
        if (files.Length == 0) throw new DatasetFormatException($"{name} holds no file.");
        if (files.Length > MaxEntries) throw new DatasetFormatException($"{name} holds more than {MaxEntries} files.");
        DatasetFormatException? failure = null;
        int read = 0;
        foreach (ZipArchiveEntry entry in files)
        {
            var mark = bars.Mark();
            try
            {
                using var stream = new LimitedStream(entry.Open(), budget, name);
                ReadEntry(stream, entry.Name, settings, budget, bars, cancellationToken);
                read++;
            }
            catch (Exception e) when (e is InvalidDataException || (e is DatasetFormatException and not DatasetLimitException))
            {
                // A description beside the data, or what an operating system puts there.
                failure ??= e as DatasetFormatException ?? new DatasetFormatException($"{entry.Name} cannot be decompressed: {e.Message}");
                bars.Undo(mark);
                bars.Warn($"{entry.FullName} in {name} is left out: {e.Message}");
            }
        }

        if (read == 0 && failure is not null) throw failure;
    }

    private static void ReadEntry(LimitedStream stream, string name, ReadSettings settings, ReadBudget budget, BarCollector bars, CancellationToken cancellationToken)
    {
        if (!stream.Peek().StartsWith(GzipMagic))
        {
            ReadPlain(stream, name, settings, bars, cancellationToken);
            return;
        }

        using var inner = new LimitedStream(new GZipStream(stream, CompressionMode.Decompress), budget, name);
        ReadPlain(inner, FileNames.WithoutExtension(name, ".gz"), settings, bars, cancellationToken);
    }

    private static void ReadPlain(LimitedStream stream, string name, ReadSettings settings, BarCollector bars, CancellationToken cancellationToken)
    {
        if (IsJson(stream.Peek())) JsonBars.Read(stream, name, settings, bars, cancellationToken);
        else TextBars.Read(stream, name, settings, bars, cancellationToken);
    }

    private static bool IsJson(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) head = head[3..];
        head = head.TrimStart(" \t\r\n"u8);
        return head.Length > 0 && head[0] is (byte)'{' or (byte)'[';
    }

    private static MemoryStream CopyOf(LimitedStream stream, string name)
    {
        var copy = new MemoryStream();
        byte[] part = new byte[81_920];
        int read;
        while ((read = stream.Read(part)) > 0)
        {
            if (copy.Length + read > MaxInnerZip) throw new DatasetLimitException($"{name} holds a zip larger than {MaxInnerZip} bytes.");
            copy.Write(part, 0, read);
        }

        return copy;
    }
}
