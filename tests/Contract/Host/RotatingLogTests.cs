using System.Text;
using DaprTrading.LocalRuntime.Host.Processes;
using DaprTrading.LocalRuntime.Host.Running;

namespace DaprTrading.Tests.Contract.Host;

public sealed class RotatingLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string LogFile => _folder.File("app.log");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_MuchMoreThanTheLimit_KeepsTwoPartsAndTheNewestLines()
    {
        using var log = new RotatingLog(LogFile, limit: 1_000);

        for (int i = 0; i < 1_000; i++) log.WriteLine($"line {i}");

        Directory.GetFiles(_folder.Path).Should().BeEquivalentTo([LogFile, LogFile + ".1"]);
        new FileInfo(LogFile).Length.Should().BeInRange(1, 1_000);
        new FileInfo(LogFile + ".1").Length.Should().Be(1_000);
        RotatingLog.Tail(LogFile, 3).Should().Equal("line 997", "line 998", "line 999");
    }

    [Fact]
    public void Write_OnePieceAboveTheLimit_IsSplit()
    {
        using var log = new RotatingLog(LogFile, limit: 100);

        log.Write(new byte[1_050]);

        new FileInfo(LogFile).Length.Should().Be(50);
    }

    [Fact]
    public void Open_ExistingLog_GoesOnAtItsEnd()
    {
        using (var first = new RotatingLog(LogFile)) first.WriteLine("before");

        using (var second = new RotatingLog(LogFile)) second.WriteLine("after");

        RotatingLog.Tail(LogFile, 10).Should().Equal("before", "after");
    }

    [Fact]
    public void Tail_NewPartIsShort_BeginsInTheOldPart()
    {
        File.WriteAllText(LogFile + ".1", "a\nb\n");
        File.WriteAllText(LogFile, "c\n");

        RotatingLog.Tail(LogFile, 2).Should().Equal("b", "c");
    }

    [Fact]
    public void Follow_LogThatRotates_ReadsEveryLineOnce()
    {
        using var log = new RotatingLog(LogFile, limit: 500);
        var follower = new LogFollower(LogFile);
        List<string> read = [];

        for (int i = 0; i < 300; i++)
        {
            log.WriteLine($"line {i}");
            if (i % 7 == 0) read.AddRange(follower.Read());
        }

        read.AddRange(follower.Read());
        read.Should().Equal(Enumerable.Range(0, 300).Select(i => $"line {i}"));
    }

    [Fact]
    public void Filter_MixedOutput_PassesWarningsWithTheirContinuations()
    {
        List<string> passed = [];
        var filter = new LineFilter(passed.Add);
        const string Output = "info: A[0]\n      fine\nwarn: B[0]\n      careful\ninfo: C[0]\n      fine\n{\"LogLevel\":\"Error\",\"Message\":\"bad\"}\n";

        foreach (byte[] piece in Encoding.UTF8.GetBytes(Output).Chunk(5)) filter.Add(piece);

        passed.Should().Equal("warn: B[0]", "      careful", "{\"LogLevel\":\"Error\",\"Message\":\"bad\"}");
    }

    [Fact]
    public void Filter_LineWithoutEnd_IsCutOff()
    {
        List<string> passed = [];
        var filter = new LineFilter(passed.Add);

        filter.Add("warn: "u8);
        for (int i = 0; i < 100; i++) filter.Add(new byte[1_000]);
        filter.Add("\n"u8);

        passed.Should().ContainSingle().Which.Length.Should().BeLessThan(5_000);
    }
}
