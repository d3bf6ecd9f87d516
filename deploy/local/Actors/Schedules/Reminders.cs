using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Actors;

/// <summary>All reminders: loads them, fires them, and delivers a firing to whichever host has the actor then.</summary>
internal sealed partial class Reminders(
    ActorRouter router, ActorStores stores, ConcurrentDictionary<string, ActorType> types, ActorContext context)
{
    private static readonly TimeSpan RepetitionDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RecordPatience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, ReminderBook> _books = new(StringComparer.Ordinal);

    /// <summary>The first host of an app is ready: its stored reminders start, now or as soon as the store can be read.</summary>
    public void Load(string appId)
    {
        if (!TryFindBook(appId, out ReminderBook? book) || book.Loaded) return;
        context.Background.Start(stopping => LoadAsync(appId, book, stopping));
    }

    /// <summary>The reminders of an app, read from its store if that has not happened yet.</summary>
    /// <exception cref="ComponentException">The app has no actor state store, or it cannot be read.</exception>
    public async Task<ReminderBook> OpenAsync(string appId, CancellationToken cancellationToken)
    {
        if (!TryFindBook(appId, out ReminderBook? book)) throw new ComponentException($"app {appId} has no actor state store");
        if (!book.Loaded) await LoadOnceAsync(book, cancellationToken);
        return book;
    }

    /// <summary>Starts the clock of a reminder.</summary>
    public void Arm(ReminderBook book, Reminder reminder) =>
        reminder.Arm(context.Time, fired => context.Background.Start(stopping => FireAsync(book, fired, stopping)));

    public Dictionary<string, int> Counts()
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (ReminderBook book in _books.Values) book.CountInto(counts);
        return counts;
    }

    public void StopAll()
    {
        foreach (ReminderBook book in _books.Values) book.StopAll();
    }

    private bool TryFindBook(string appId, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ReminderBook? book)
    {
        book = stores.Find(appId) is { } store ? _books.GetOrAdd(appId, static (id, found) => new ReminderBook(id, found), store) : null;
        return book is not null;
    }

    private async Task LoadOnceAsync(ReminderBook book, CancellationToken cancellationToken)
    {
        foreach (Reminder reminder in await book.LoadAsync(cancellationToken)) Arm(book, reminder);
    }

    private async Task LoadAsync(string appId, ReminderBook book, CancellationToken stopping)
    {
        TimeSpan delay = RepetitionDelay;
        while (!book.Loaded)
        {
            try
            {
                await LoadOnceAsync(book, stopping);
                return;
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                LogNotLoaded(context.Logger, appId, delay, e.Message);
            }

            await Task.Delay(delay, context.Time, stopping);
            delay = Longer(delay);
        }
    }

    private static TimeSpan Longer(TimeSpan delay) => delay * 2 < LongestDelay ? delay * 2 : LongestDelay;

    private async Task FireAsync(ReminderBook book, Reminder reminder, CancellationToken stopping)
    {
        ReadOnlyMemory<byte> body = reminder.WriteBody();
        FailurePolicy policy = reminder.Failure;
        for (int failures = 0; policy.Retries is null || failures <= policy.Retries;)
        {
            if (failures > 0) await Task.Delay(policy.Interval, context.Time, stopping);
            await WaitForHostAsync(reminder.Key, stopping);
            if (!book.Has(reminder)) return;
            if (await TryDeliverAsync(reminder, body, stopping)) break;
            failures++;
        }

        if (await RecordAsync(book, reminder) && book.Has(reminder)) Arm(book, reminder);
    }

    /// <summary>Notes a firing, also when the runtime is stopping: it has happened. True: the reminder fires again.</summary>
    private async Task<bool> RecordAsync(ReminderBook book, Reminder reminder)
    {
        using var limit = new CancellationTokenSource(RecordPatience, context.Time);
        bool again = await book.AdvanceAsync(reminder, context.Time.GetUtcNow(), limit.Token);
        try
        {
            await book.SaveAsync(reminder.Key, limit.Token);
        }
        catch (Exception e)
        {
            LogNotSaved(context.Logger, reminder.Key.Name, reminder.Key.Type, reminder.Key.Id, e.Message);
            context.Background.Start(stopping => SaveLaterAsync(book, reminder.Key, stopping));
        }

        return again;
    }

    /// <summary>Keeps trying while the store is away; the document is written once, however many firings wait for it.</summary>
    private async Task SaveLaterAsync(ReminderBook book, ReminderKey key, CancellationToken stopping)
    {
        for (TimeSpan delay = RepetitionDelay; ; delay = Longer(delay))
        {
            await Task.Delay(delay, context.Time, stopping);
            try
            {
                await book.SaveAsync(key, stopping);
                return;
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                LogNotSaved(context.Logger, key.Name, key.Type, key.Id, e.Message);
            }
        }
    }

    private async Task<bool> TryDeliverAsync(Reminder reminder, ReadOnlyMemory<byte> body, CancellationToken stopping)
    {
        ReminderKey key = reminder.Key;
        try
        {
            var call = new CallbackCall(key.Type, key.Id, "remind", key.Name, body);
            using HttpResponseMessage answer = await router.CallAsync(call, policy: null, stopping);
            if (answer.StatusCode == HttpStatusCode.OK) return true;
            LogFailed(context.Logger, key.Name, key.Type, key.Id, $"the app answered {(int)answer.StatusCode}");
        }
        catch (Exception e) when (e is ActorUnreachableException or ActorQueueFullException)
        {
            LogFailed(context.Logger, key.Name, key.Type, key.Id, e.Message);
        }

        return false;
    }

    private async Task WaitForHostAsync(ReminderKey key, CancellationToken stopping)
    {
        while (true)
        {
            Task change = context.Changes.Next;
            if (types.TryGetValue(key.Type, out ActorType? type) && type.OwnerOf(key.Id) is not null) return;
            await change.WaitAsync(stopping);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Reminder {Reminder} of actor {Type}||{Id} failed: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reminder, string type, string id, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Progress of reminder {Reminder} of actor {Type}||{Id} is not stored: {Reason}")]
    private static partial void LogNotSaved(ILogger logger, string reminder, string type, string id, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The reminders of app {AppId} cannot be read, next try in {Delay}: {Reason}")]
    private static partial void LogNotLoaded(ILogger logger, string appId, TimeSpan delay, string reason);
}
