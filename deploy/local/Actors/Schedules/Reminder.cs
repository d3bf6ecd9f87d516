using System.Buffers;
using System.Text.Json;

namespace DaprTrading.LocalRuntime.Actors;

/// <summary>Names a reminder.</summary>
internal readonly record struct ReminderKey(string Type, string Id, string Name);

/// <summary>A registered reminder: as it was asked for, and how far it is.</summary>
internal sealed class Reminder : IDisposable
{
    private readonly TimeSpan _period;
    private Alarm? _alarm;

    /// <summary>A new reminder.</summary>
    /// <exception cref="ScheduleException">The times are not valid.</exception>
    public Reminder(ReminderKey key, ScheduleRequest request, DateTimeOffset now)
    {
        Key = key;
        DueTime = request.DueTime;
        Period = request.Period;
        Data = request.Data;
        Failure = request.Failure;
        if (DueTime.Length == 0 && Period.Length == 0) throw new ScheduleException("job must have either a due time or a schedule");

        ActorDuration period = ParsePeriod(Period);
        _period = period.Time;
        Left = Period.Length == 0 ? 1 : period.Repetitions is 0 ? null : period.Repetitions;
        DateTimeOffset due = DueTime.Length == 0 ? now : ActorDuration.ParseMoment(DueTime, now, "dueTime");
        Next = DueTime.Length == 0 ? now + _period : due;
        if (request.Ttl.Length == 0) return;

        if (Period.Length == 0) throw new ScheduleException("ttl requires a period");
        End = ActorDuration.ParseMoment(request.Ttl, due, "ttl");
        if (End < due) throw new ScheduleException($"ttl {request.Ttl} ends before the due time");
        if (char.IsAsciiDigit(request.Ttl[0]) && request.Ttl.Contains('T')) Ttl = request.Ttl;
    }

    /// <summary>A stored reminder.</summary>
    public Reminder(
        ReminderKey key, string dueTime, string period, string ttl, ReadOnlyMemory<byte> data, DateTimeOffset next, int? left, DateTimeOffset? end,
        FailurePolicy failure)
    {
        Failure = failure;
        Key = key;
        DueTime = dueTime;
        Period = period;
        Ttl = ttl;
        Data = data;
        Next = next;
        Left = left;
        End = end;
        _period = ParsePeriod(period).Time;
    }

    public ReminderKey Key { get; }

    /// <summary>As registered.</summary>
    public string DueTime { get; }

    /// <summary>As registered.</summary>
    public string Period { get; }

    /// <summary>As registered, when it is a moment; a duration is not told back.</summary>
    public string Ttl { get; } = "";

    /// <summary>As registered; empty when there is none.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>What happens when a firing fails.</summary>
    public FailurePolicy Failure { get; }

    /// <summary>Next firing.</summary>
    public DateTimeOffset Next { get; private set; }

    /// <summary>Firings left; null: no end.</summary>
    public int? Left { get; private set; }

    /// <summary>No firing at or after this moment.</summary>
    public DateTimeOffset? End { get; }

    /// <summary>The period as the scheduler writes it; empty for none.</summary>
    public string CronPeriod => Period.Length == 0 ? "" : $"@every {GoDurations.Format(_period)}";

    /// <summary>Starts the clock, or sets it to the next firing.</summary>
    public void Arm(TimeProvider time, Action<Reminder> fire)
    {
        _alarm ??= new Alarm(time, () => fire(this));
        _alarm.Set(Next);
    }

    /// <summary>Counts a firing; false when it was the last. Firings missed meanwhile are left out.</summary>
    public bool Advance(DateTimeOffset now)
    {
        if (Left is { } left && (Left = left - 1) <= 0) return false;

        long missed = now <= Next ? 0 : (now - Next).Ticks / _period.Ticks;
        Next += _period * (missed + 1);
        return End is null || Next < End;
    }

    public void Dispose() => _alarm?.Dispose();

    /// <summary>Body of the callback: <c>{"data":…,"dueTime":"","period":""}</c>.</summary>
    public ReadOnlyMemory<byte> WriteBody()
    {
        var buffer = new ArrayBufferWriter<byte>(64 + Data.Length);
        using (var writer = new Utf8JsonWriter(buffer, CallbackBody.Options))
        {
            writer.WriteStartObject();
            CallbackBody.WriteData(writer, Data);
            writer.WriteString("dueTime", "");
            writer.WriteString("period", "");
            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static ActorDuration ParsePeriod(string text)
    {
        if (text.Length == 0) return default;
        ActorDuration period = ActorDuration.Parse(text);
        if (period.HasCalendarParts) throw new ScheduleException($"unsupported period format: {text}");
        if (period.Time <= TimeSpan.Zero) throw new ScheduleException($"period must be above zero: {text}");
        return period;
    }
}
