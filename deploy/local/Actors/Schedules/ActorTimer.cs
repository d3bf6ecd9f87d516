using System.Buffers;
using System.Text.Json;

namespace DaprTrading.LocalRuntime.Actors;

/// <summary>A registered timer: when it fires, how often, and what the app is sent.</summary>
internal sealed class ActorTimer : IDisposable
{
    private readonly ActorDuration _period;
    private readonly DateTimeOffset? _end;
    private int? _left;
    private DateTimeOffset _due;
    private Alarm? _alarm;

    /// <exception cref="ScheduleException">The times are not valid.</exception>
    public ActorTimer(string actorId, string name, ScheduleRequest request, DateTimeOffset now)
    {
        ActorId = actorId;
        Name = name;
        _due = request.DueTime.Length == 0 ? now : ActorDuration.ParseMoment(request.DueTime, now, "dueTime");
        if (request.Period.Length > 0) _period = ActorDuration.Parse(request.Period);
        if (_period.Repetitions == 0) throw new ScheduleException($"period has zero repetitions: {request.Period}");
        if (_period.Time < TimeSpan.Zero) throw new ScheduleException($"period must not be negative: {request.Period}");

        _left = _period.IsZero ? 1 : _period.Repetitions;
        if (request.Ttl.Length > 0)
        {
            _end = ActorDuration.ParseMoment(request.Ttl, _due, "ttl");
            if (_end <= now || _end < _due) throw new ScheduleException($"timer {name} has already expired: ttl {request.Ttl}");
        }

        Body = WriteBody(request);
    }

    public string ActorId { get; }

    public string Name { get; }

    /// <summary>Body of the callback.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>Starts the clock.</summary>
    public void Start(TimeProvider time, Action<ActorTimer> fire)
    {
        _alarm = new Alarm(time, () => fire(this));
        _alarm.Set(_due);
    }

    /// <summary>Counts a firing and sets the clock for the next one, at the previous due time plus the period; false when that was the last.</summary>
    public bool Advance()
    {
        if (_left is { } left && (_left = left - 1) <= 0) return false;

        _due = _period.After(_due);
        if (_end is not null && _due >= _end) return false;
        _alarm!.Set(_due);
        return true;
    }

    public void Dispose() => _alarm?.Dispose();

    private static byte[] WriteBody(ScheduleRequest request)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var writer = new Utf8JsonWriter(buffer, CallbackBody.Options))
        {
            writer.WriteStartObject();
            writer.WriteString("callback", request.Callback);
            CallbackBody.WriteData(writer, request.Data);
            writer.WriteString("dueTime", request.DueTime);
            writer.WriteString("period", request.Period);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
