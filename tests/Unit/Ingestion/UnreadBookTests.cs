using System.Globalization;
using System.Text.Json;
using Dapr;
using DaprTrading.Contracts;
using DaprTrading.Ingestion;
using DaprTrading.Ingestion.BackPressure;
using DaprTrading.ServiceDefaults;
using DaprTrading.Tests.Unit.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace DaprTrading.Tests.Unit.Ingestion;

public sealed class UnreadBookTests
{
    private const int Bound = 400;
    private readonly StandingTime _time = new();
    private readonly Store _store = new();

    [Fact]
    public async Task Reserve_SeveralProcessesAtOnce_NeverGoBeyondTwiceTheBoundAndAreAllInTheRecord()
    {
        (BackPressureGate Gate, UnreadBook Book)[] processes = [.. Enumerable.Range(0, 4).Select(i => Process($"ingestion-{i}"))];
        int published = 0;

        await Task.WhenAll(processes.Select(async process =>
        {
            while (true)
            {
                try
                {
                    await process.Book.ReserveAsync(7, default);
                }
                catch (TooMuchUnreadException)
                {
                    return;
                }

                process.Gate.Published(_time.Now, 7);
                Interlocked.Add(ref published, 7);
            }
        }));

        published.Should().BeInRange(Bound, 2 * Bound);
        _store.Unread.Should().BeInRange(published, 2 * Bound);
    }

    [Fact]
    public async Task Reserve_OthersWriteInBetween_TriesAgainWithWhatTheyWrote()
    {
        (BackPressureGate gate, UnreadBook book) = Process("ingestion-0");
        _store.BeforeWrite = () => _store.Write(new UnreadRecord([new UnreadShare("ingestion-1", [new UnreadStep(_time.Now, 50)])], []));

        await book.ReserveAsync(1, default);

        gate.Covers(1).Should().BeTrue();
        _store.Unread.Should().Be(50 + (Bound / 20));
    }

    [Fact]
    public async Task Reserve_WithinWhatIsReserved_DoesNotWrite()
    {
        (BackPressureGate gate, UnreadBook book) = Process("ingestion-0");

        for (int i = 0; i < Bound / 20; i++)
        {
            await book.ReserveAsync(1, default);
            gate.Published(_time.Now, 1);
        }

        _store.Writes.Should().Be(1);
        await book.ReserveAsync(1, default);
        _store.Writes.Should().Be(2);
    }

    [Fact]
    public async Task Reserve_StoreDoesNotAnswer_ReservesNothing()
    {
        (BackPressureGate gate, UnreadBook book) = Process("ingestion-0");
        _store.IsAway = true;

        Func<Task> reserve = async () => await book.ReserveAsync(1, default);

        await reserve.Should().ThrowAsync<DaprException>();
        gate.Covers(1).Should().BeFalse();
        _store.IsAway = false;
        await book.ReserveAsync(1, default);
        gate.Covers(1).Should().BeTrue();
    }

    [Fact]
    public async Task Stop_GivesBackWhatWasNotUsed()
    {
        (BackPressureGate gate, UnreadBook book) = Process("ingestion-0");
        await book.StartAsync(default);
        await book.ReserveAsync(5, default);
        gate.Published(_time.Now, 5);
        _store.Unread.Should().BeGreaterThan(5);

        await book.StopAsync(default);

        _store.Unread.Should().Be(5);
    }

    [Fact]
    public void Record_IsReadAndWrittenAsItsSample()
    {
        JsonSerializerOptions json = ServiceJson.Options(IngestionJson.Default);
        var record = new UnreadRecord(
            [
                new UnreadShare("ingestion-0123456789ab", [new UnreadStep(1_700_000_000_000, 80), new UnreadStep(1_700_000_000_100, 12), new UnreadStep(1_700_000_010_000, 2_000)]),
                new UnreadShare("ingestion-ba9876543210", [new UnreadStep(1_700_000_000_050, 3)]),
            ],
            ["processing", "signals"]);

        string written = JsonSerializer.Serialize(record, json), sample = StateSample.ReadCurrent("unread-v1.json", written);

        written.Should().Be(sample);
        JsonSerializer.Deserialize<UnreadRecord>(sample, json)!.Readable().Should().BeEquivalentTo(record);
    }

    private (BackPressureGate Gate, UnreadBook Book) Process(string name)
    {
        var gate = new BackPressureGate(
            Options.Create(new BackPressureOptions { MaxUnreadEvents = Bound, WaitFor = "processing" }),
            new ServiceInstance(AppIds.Ingestion, name, _time.Now), _time, NullLogger<BackPressureGate>.Instance);
        return (gate, new UnreadBook(gate, _store, _time, NullLogger<UnreadBook>.Instance));
    }

    private sealed class Store : IUnreadStore
    {
        private readonly Lock _lock = new();
        private UnreadRecord? _record;
        private int _version;

        public bool IsAway { get; set; }

        public int Writes => _version;

        /// <summary>Done once, before the next write.</summary>
        public Action? BeforeWrite { get; set; }

        public long Unread => _record?.Shares.Sum(share => share.Steps.Sum(step => step.Events)) ?? 0;

        public async Task<(UnreadRecord? Record, string Etag)> ReadAsync(CancellationToken cancellationToken)
        {
            await Task.Yield();
            if (IsAway) throw new DaprException("The store is away.");
            lock (_lock) return (_record, _version.ToString(CultureInfo.InvariantCulture));
        }

        public async Task<bool> TryWriteAsync(UnreadRecord record, string etag, CancellationToken cancellationToken)
        {
            await Task.Yield();
            Action? before = BeforeWrite;
            BeforeWrite = null;
            before?.Invoke();
            lock (_lock)
            {
                if (etag != _version.ToString(CultureInfo.InvariantCulture)) return false;
                Write(record);
                return true;
            }
        }

        public void Write(UnreadRecord record)
        {
            lock (_lock) (_record, _version) = (record, _version + 1);
        }
    }

    private sealed class StandingTime : TimeProvider
    {
        public long Now { get; } = 1_700_000_000_000;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(Now);
    }
}
