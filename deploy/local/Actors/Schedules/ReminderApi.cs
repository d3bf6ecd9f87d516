using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace DaprTrading.LocalRuntime.Actors;

/// <summary><c>actors/{type}/{id}/reminders/{name}</c>, for types hosted by the sidecar's app.</summary>
internal sealed class ReminderApi(Reminders reminders, ActorContext context)
{
    public async Task CreateAsync(HttpContext http, ISidecar sidecar, ReminderKey key)
    {
        if (PathNames.Reject(key.Name, "reminder name") is { } invalid)
        {
            await ActorErrors.BadRequestAsync(http, invalid);
            return;
        }

        try
        {
            ScheduleRequest request = ScheduleRequest.Parse(await DaprHttp.ReadBodyAsync(http, sidecar.Options.MaxBodySize));
            var reminder = new Reminder(key, request, context.Time.GetUtcNow());
            ReminderBook book = await reminders.OpenAsync(sidecar.Options.AppId, context.Background.Stopping);
            if (!await book.PutAsync(reminder, request.Overwrite, context.Background.Stopping))
            {
                await DaprHttp.ErrorAsync(
                    http, StatusCodes.Status409Conflict, "ERR_ACTOR_REMINDER_ALREADY_EXISTS", $"actor reminder already exists: {key.Name}");
                return;
            }

            reminders.Arm(book, reminder);
            await DaprHttp.NoContentAsync(http);
        }
        catch (JsonException e)
        {
            await ActorErrors.MalformedAsync(http, e.Message);
        }
        catch (BodyReadException e)
        {
            await ActorErrors.BodyReadAsync(http, e.Message);
        }
        catch (Exception e) when (!http.RequestAborted.IsCancellationRequested)
        {
            await FailAsync(http, "CREATE", "creating", e);
        }
    }

    public async Task GetAsync(HttpContext http, ISidecar sidecar, ReminderKey key)
    {
        try
        {
            ReminderBook book = await reminders.OpenAsync(sidecar.Options.AppId, http.RequestAborted);
            if (book.Find(key) is { } reminder) await DaprHttp.JsonAsync(http, StatusCodes.Status200OK, Describe(reminder));
            else await NotFoundAsync(http, key.Name);
        }
        catch (Exception e) when (!http.RequestAborted.IsCancellationRequested)
        {
            await FailAsync(http, "GET", "getting", e);
        }
    }

    public async Task DeleteAsync(HttpContext http, ISidecar sidecar, ReminderKey key)
    {
        try
        {
            ReminderBook book = await reminders.OpenAsync(sidecar.Options.AppId, http.RequestAborted);
            await book.RemoveAsync(key, context.Background.Stopping);
            await DaprHttp.NoContentAsync(http);
        }
        catch (Exception e) when (!http.RequestAborted.IsCancellationRequested)
        {
            await FailAsync(http, "DELETE", "deleting", e);
        }
    }

    private static Task NotFoundAsync(HttpContext http, string name) =>
        DaprHttp.ErrorAsync(http, StatusCodes.Status404NotFound, "ERR_ACTOR_REMINDER_NOT_FOUND", $"actor reminder not found: {name}");

    public static Task NonHostedAsync(HttpContext http) =>
        DaprHttp.ErrorAsync(
            http, StatusCodes.Status403Forbidden, "ERR_ACTOR_REMINDER_NON_HOSTED",
            "operations on actor reminders are only possible on hosted actor types");

    private static Task FailAsync(HttpContext http, string code, string doing, Exception e) =>
        ActorErrors.FailAsync(http, $"ERR_ACTOR_REMINDER_{code}", $"error {doing} actor reminder: {e.Message}");

    private static ReadOnlyMemory<byte> Describe(Reminder reminder)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, CallbackBody.Options))
        {
            writer.WriteStartObject();
            writer.WriteString("actorID", reminder.Key.Id);
            writer.WriteString("actorType", reminder.Key.Type);
            CallbackBody.WriteData(writer, reminder.Data);
            WriteUnlessEmpty(writer, "dueTime", reminder.DueTime);
            WriteUnlessEmpty(writer, "period", reminder.CronPeriod);
            WriteUnlessEmpty(writer, "ttl", reminder.Ttl);
            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void WriteUnlessEmpty(Utf8JsonWriter writer, string member, string value)
    {
        if (value.Length > 0) writer.WriteString(member, value);
    }
}
