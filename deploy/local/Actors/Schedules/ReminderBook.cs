namespace DaprTrading.LocalRuntime.Actors;

/// <summary>
/// The reminders of one app, in memory and in its actor state store. They are spread over a fixed number of small documents under keys of
/// the runtime's own, <c>{appId}||dapr.local.reminders||{n}</c>, which no actor's state can have; a change rewrites one of them.
/// </summary>
/// <remarks>The runtime is the only writer of these documents, so they are written without ETag: one write per change and no read.</remarks>
internal sealed class ReminderBook(string appId, IStateStore store)
{
    /// <summary>Documents: few enough to be read at once, enough to stay small with thousands of reminders.</summary>
    public const int Partitions = 256;

    private readonly Partition[] _partitions =
        [.. Enumerable.Range(0, Partitions).Select(n => new Partition($"{appId}||dapr.local.reminders||{n}"))];

    private readonly SemaphoreSlim _loading = new(1, 1);
    private volatile bool _loaded;

    public bool Loaded => _loaded;

    /// <summary>Reads what is stored, once. Throws when the store cannot be read.</summary>
    /// <returns>The reminders just read; empty when that happened earlier.</returns>
    public async Task<IReadOnlyList<Reminder>> LoadAsync(CancellationToken cancellationToken)
    {
        if (_loaded) return [];
        await _loading.WaitAsync(cancellationToken);
        try
        {
            if (_loaded) return [];
            StateItem?[] documents = await store.BulkGetAsync([.. _partitions.Select(partition => partition.Key)], cancellationToken);
            List<Reminder> read = [];
            for (int n = 0; n < Partitions; n++)
            {
                if (documents[n] is not { Data.IsEmpty: false } document) continue;
                foreach (Reminder reminder in ReminderDocument.Read(document.Data))
                {
                    _partitions[n].Items[reminder.Key] = reminder;
                    read.Add(reminder);
                }
            }

            _loaded = true;
            return read;
        }
        finally
        {
            _loading.Release();
        }
    }

    public Reminder? Find(ReminderKey key)
    {
        Partition partition = PartitionOf(key);
        lock (partition.Items) return partition.Items.GetValueOrDefault(key);
    }

    /// <summary>Whether a reminder has been neither removed nor replaced.</summary>
    public bool Has(Reminder reminder) => Find(reminder.Key) == reminder;

    /// <summary>Stores a reminder; false when there is one of that name and it must not be replaced.</summary>
    public async Task<bool> PutAsync(Reminder reminder, bool overwrite, CancellationToken cancellationToken)
    {
        Partition partition = PartitionOf(reminder.Key);
        await partition.Writing.WaitAsync(cancellationToken);
        try
        {
            Reminder? old = Find(reminder.Key);
            if (old is not null && !overwrite) return false;
            await WriteAsync(partition, reminder.Key, reminder, cancellationToken);
            lock (partition.Items) partition.Items[reminder.Key] = reminder;
            old?.Dispose();
            return true;
        }
        finally
        {
            partition.Writing.Release();
        }
    }

    public async Task RemoveAsync(ReminderKey key, CancellationToken cancellationToken)
    {
        Partition partition = PartitionOf(key);
        await partition.Writing.WaitAsync(cancellationToken);
        try
        {
            if (Find(key) is not { } old) return;
            await WriteAsync(partition, key, null, cancellationToken);
            lock (partition.Items) partition.Items.Remove(key);
            old.Dispose();
        }
        finally
        {
            partition.Writing.Release();
        }
    }

    /// <summary>
    /// Notes in memory that a reminder has fired; <see cref="SaveAsync"/> stores it. True: it fires again.
    /// </summary>
    public async Task<bool> AdvanceAsync(Reminder reminder, DateTimeOffset now, CancellationToken cancellationToken)
    {
        Partition partition = PartitionOf(reminder.Key);
        await partition.Writing.WaitAsync(cancellationToken);
        try
        {
            if (!Has(reminder)) return false;
            bool again = reminder.Advance(now);
            if (!again)
            {
                lock (partition.Items) partition.Items.Remove(reminder.Key);
                reminder.Dispose();
            }

            partition.Unsaved = true;
            return again;
        }
        finally
        {
            partition.Writing.Release();
        }
    }

    /// <summary>Writes the document a reminder is in, when it has changed.</summary>
    public async Task SaveAsync(ReminderKey key, CancellationToken cancellationToken)
    {
        Partition partition = PartitionOf(key);
        await partition.Writing.WaitAsync(cancellationToken);
        try
        {
            if (partition.Unsaved) await WriteAsync(partition, key, Find(key), cancellationToken);
        }
        finally
        {
            partition.Writing.Release();
        }
    }

    /// <summary>Adds the number of reminders of each type.</summary>
    public void CountInto(Dictionary<string, int> counts)
    {
        foreach (Partition partition in _partitions)
        {
            lock (partition.Items)
            {
                foreach (ReminderKey key in partition.Items.Keys) counts[key.Type] = counts.GetValueOrDefault(key.Type) + 1;
            }
        }
    }

    public void StopAll()
    {
        foreach (Partition partition in _partitions)
        {
            lock (partition.Items)
            {
                foreach (Reminder reminder in partition.Items.Values) reminder.Dispose();
            }
        }
    }

    /// <summary>Writes a document as it will be with <paramref name="value"/> under <paramref name="key"/>.</summary>
    private async Task WriteAsync(Partition partition, ReminderKey key, Reminder? value, CancellationToken cancellationToken)
    {
        List<Reminder> reminders;
        lock (partition.Items) reminders = [.. partition.Items.Values.Where(item => item.Key != key)];
        if (value is not null) reminders.Add(value);
        if (reminders.Count == 0) await store.DeleteAsync(new StateDelete(partition.Key), cancellationToken);
        else await store.SetAsync(new StateUpsert(partition.Key, ReminderDocument.Write(reminders)), cancellationToken);
        partition.Unsaved = false;
    }

    private Partition PartitionOf(ReminderKey key) => _partitions[HashRing.Hash($"{key.Type}||{key.Id}||{key.Name}") % Partitions];

    private sealed class Partition(string key)
    {
        public string Key { get; } = key;

        public Dictionary<ReminderKey, Reminder> Items { get; } = [];

        public SemaphoreSlim Writing { get; } = new(1, 1);

        /// <summary>Memory is ahead of the store.</summary>
        public bool Unsaved { get; set; }
    }
}
