using DaprTrading.Signals.Settings;
using DaprTrading.Strategies;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace DaprTrading.Tests.Unit.Signals;

/// <summary>
/// Random schedules of bars, redeliveries, changes, crashes and a slow store, over replicas whose clocks differ: whoever evaluates a bar, and whenever,
/// takes the version that the ledger states for it in the end.
/// </summary>
public sealed class SettingsScheduleTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void AnySchedule_EveryEvaluation_FollowsTheStatedVersion(int seed)
    {
        int changes = 0, evaluations = 0, conflicts = 0;
        for (int run = 0; run < 200; run++)
        {
            var schedule = new Schedule((seed * 1_000) + run);
            schedule.Run();
            schedule.Check();
            (changes, evaluations, conflicts) = (changes + schedule.Changes.Count, evaluations + schedule.Evaluations.Count, conflicts + schedule.Conflicts);
        }

        changes.Should().BeGreaterThan(500);
        evaluations.Should().BeGreaterThan(5_000);
        conflicts.Should().BeGreaterThan(10, "changes of the same version have to meet");
    }

    /// <summary>A store whose operations take effect, and are answered, when the schedule says so. Everything runs on one thread.</summary>
    private sealed class SlowStore : ISettingsStore
    {
        private SettingsLedger? _stored;
        private int _etag;

        public List<Action> Waiting { get; } = [];

        public SettingsLedger Stored => _stored ?? SettingsLedger.StartingWith(StrategySettings.Default);

        private string ETag => _stored is null ? "" : $"e{_etag}";

        public Task<StoredLedger> LoadAsync(CancellationToken cancellationToken) => Later(() => new StoredLedger(Stored, ETag));

        public Task<bool> TrySaveAsync(SettingsLedger ledger, string etag, CancellationToken cancellationToken) => Later(() =>
        {
            if (etag != ETag)
                return false;
            (_stored, _etag) = (ledger, _etag + 1);
            return true;
        });

        private Task<T> Later<T>(Func<T> effect)
        {
            var answer = new TaskCompletionSource<T>();
            Waiting.Add(() =>
            {
                T value = effect();
                Waiting.Add(() => answer.SetResult(value));
            });
            return answer.Task;
        }
    }

    private sealed class Replica(SlowStore store, HandClock clock)
    {
        public HandClock Clock => clock;

        public CurrentStrategies Strategies { get; private set; } = Start(store, clock);

        public Task<StrategyTimeline?>? Busy { get; set; }

        public long Asked { get; set; }

        public void Kill() => (Strategies, Busy) = (Start(store, clock), null);

        private static CurrentStrategies Start(SlowStore store, HandClock clock) =>
            new(store, Options.Create(new SettingsOptions { Lead = TimeSpan.FromSeconds(2) }), clock, NullLogger<CurrentStrategies>.Instance);
    }

    private sealed class Schedule(int seed)
    {
        private readonly Random _random = new(seed);
        private readonly SlowStore _store = new();
        private readonly List<Replica> _replicas = [];
        private readonly List<(int Base, Task<IResult> Answer)> _changes = [];
        private readonly List<long> _bars = [];
        private long _edge = 5_000_000;

        public List<StrategyDocument> Changes { get; } = [];

        public List<(long Bar, int Version)> Evaluations { get; } = [];

        public int Conflicts { get; private set; }

        public void Run()
        {
            for (int i = 0; i < 3; i++)
                _replicas.Add(new Replica(_store, new HandClock { NowMs = _edge + _random.Next(-3_000, 3_000) }));
            for (int step = 0; step < 400; step++)
                Step();
            while (_store.Waiting.Count > 0)
                AnswerOne();
            Collect();
        }

        public void Check()
        {
            SettingsLedger stated = _store.Stored;
            foreach ((long bar, int version) in Evaluations)
                version.Should().Be(new StrategyTimeline(stated).At(bar).Version, "the bar accepted at {0} was evaluated, seed {1}", bar, seed);
            foreach (StrategyDocument change in Changes)
                stated.Versions.Single(version => version.Version == change.Version).EffectiveFrom.Should().Be(change.EffectiveFrom, "seed {0}", seed);
            Changes.Select(change => change.Version).Should().OnlyHaveUniqueItems();
        }

        private void Step()
        {
            int choice = _random.Next(100);
            Advance(_random.Next(400));
            if (choice < 25)
                _bars.Add(_edge - _random.Next(200));
            else if (choice < 65)
                AnswerOne();
            else if (choice < 90)
                Evaluate(_replicas[_random.Next(_replicas.Count)]);
            else if (choice < 97)
                Change(_replicas[_random.Next(_replicas.Count)].Clock);
            else
                _replicas[_random.Next(_replicas.Count)].Kill();
            Collect();
        }

        private void Advance(int ms)
        {
            _edge += ms;
            foreach (Replica replica in _replicas)
                replica.Clock.NowMs += ms;
        }

        private void AnswerOne()
        {
            if (_store.Waiting.Count == 0)
                return;
            int at = _random.Next(_store.Waiting.Count);
            Action next = _store.Waiting[at];
            _store.Waiting.RemoveAt(at);
            next();
        }

        private void Evaluate(Replica replica)
        {
            if (replica.Busy is not null || _bars.Count == 0)
                return;
            replica.Asked = _random.Next(4) == 0 ? _bars[_random.Next(_bars.Count)] : _bars[^1];
            replica.Busy = replica.Strategies.DecideAsync(replica.Asked, CancellationToken.None).AsTask();
        }

        private void Change(HandClock clock)
        {
            int version = _store.Stored.Versions[^1].Version;
            var settings = new StrategySettings { RsiRecross = new RsiRecrossSettings { Oversold = 10 + (_random.NextDouble() * 30) } };
            _changes.Add((version, AnswerOf(StrategyEndpoints.PutAsync(
                settings, $"\"{version}\"", null, new DefaultHttpContext(), _store, clock, CancellationToken.None))));
        }

        private void Collect()
        {
            foreach (Replica replica in _replicas.Where(replica => replica.Busy is { IsCompleted: true }))
            {
                StrategyTimeline? timeline = replica.Busy!.GetAwaiter().GetResult();
                if (timeline is not null)
                    Evaluations.AddRange(_bars.Where(bar => bar <= timeline.Horizon && bar <= replica.Asked).TakeLast(3).Append(replica.Asked).Select(bar => (bar, timeline.At(bar).Version!.Value)));
                replica.Busy = null;
            }

            foreach ((int version, Task<IResult> answer) in _changes.Where(change => change.Answer.IsCompleted))
            {
                if (answer.GetAwaiter().GetResult() is Ok<StrategyDocument> accepted)
                {
                    accepted.Value!.Version.Should().Be(version + 1, "seed {0}", seed);
                    Changes.Add(accepted.Value);
                }
                else
                {
                    Conflicts++;
                }
            }

            _changes.RemoveAll(change => change.Answer.IsCompleted);
        }

        private static async Task<IResult> AnswerOf(Task<Results<Ok<StrategyDocument>, ValidationProblem, ProblemHttpResult>> put) => (await put).Result;
    }
}
