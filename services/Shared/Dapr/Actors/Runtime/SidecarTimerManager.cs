using System.Text.Json;
using Dapr.Http;

namespace Dapr.Actors.Runtime;

/// <summary>Registers timers and reminders with the sidecar.</summary>
internal sealed class SidecarTimerManager(ActorSidecar sidecar) : ActorTimerManager
{
    public override Task RegisterReminderAsync(ActorReminder reminder)
    {
        ArgumentNullException.ThrowIfNull(reminder);
        string period = reminder.Repetitions is { } times ? ActorTimes.Format(reminder.Period, times) : ActorTimes.Format(reminder.Period);
        PooledBuffer body = Write(reminder.DueTime, period, reminder.Ttl, reminder.State, callback: null);
        return sidecar.ExecuteAsync(HttpMethod.Put, UriOf(reminder), body, CancellationToken.None);
    }

    public override async Task<IActorReminder> GetReminderAsync(ActorReminderToken reminder)
    {
        ArgumentNullException.ThrowIfNull(reminder);
        using HttpResponseMessage response = await sidecar.SendAsync(HttpMethod.Get, UriOf(reminder), body: null, CancellationToken.None);
        await using Stream body = await response.Content.ReadAsStreamAsync(CancellationToken.None);
        using JsonDocument document = await JsonDocument.ParseAsync(body);
        ActorCallback stored = ActorCallback.Read(document.RootElement);
        TimeSpan dueTime = stored.DueTime < TimeSpan.Zero ? TimeSpan.Zero : stored.DueTime;
        return new ActorReminder(reminder.ActorType, reminder.ActorId, reminder.Name, stored.Data, dueTime, stored.Period);
    }

    public override Task UnregisterReminderAsync(ActorReminderToken reminder)
    {
        ArgumentNullException.ThrowIfNull(reminder);
        return sidecar.ExecuteAsync(HttpMethod.Delete, UriOf(reminder), body: null, CancellationToken.None);
    }

    public override Task RegisterTimerAsync(ActorTimer timer)
    {
        ArgumentNullException.ThrowIfNull(timer);
        PooledBuffer body = Write(timer.DueTime, ActorTimes.Format(timer.Period), timer.Ttl, timer.Data, timer.TimerCallback);
        return sidecar.ExecuteAsync(HttpMethod.Put, UriOf(timer), body, CancellationToken.None);
    }

    public override Task UnregisterTimerAsync(ActorTimerToken timer)
    {
        ArgumentNullException.ThrowIfNull(timer);
        return sidecar.ExecuteAsync(HttpMethod.Delete, UriOf(timer), body: null, CancellationToken.None);
    }

    private static PooledBuffer Write(TimeSpan dueTime, string period, TimeSpan? ttl, byte[]? data, string? callback)
    {
        var body = new PooledBuffer();
        using var writer = new Utf8JsonWriter(body);
        writer.WriteStartObject();
        writer.WriteString("dueTime"u8, ActorTimes.Format(dueTime));
        writer.WriteString("period"u8, period);
        if (ttl is { } life)
        {
            writer.WriteString("ttl"u8, ActorTimes.Format(life));
        }

        if (callback is not null)
        {
            writer.WriteString("callback"u8, callback);
        }

        if (data is not null)
        {
            writer.WriteBase64String("data"u8, data);
        }

        writer.WriteEndObject();
        return body;
    }

    private Uri UriOf(ActorReminderToken token) => sidecar.At(token.ActorType, token.ActorId.GetId()).Fixed("/reminders").Part(token.Name).ToUri();

    private Uri UriOf(ActorTimerToken token) => sidecar.At(token.ActorType, token.ActorId.GetId()).Fixed("/timers").Part(token.Name).ToUri();
}
