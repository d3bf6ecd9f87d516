namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>The open connections to one app that wait for a call. Thread-safe.</summary>
internal sealed class RelayPool : IDisposable
{
    private const int MaxKept = 128;
    private static readonly TimeSpan MaxIdle = TimeSpan.FromSeconds(30);

    private readonly TimeProvider _time;
    private readonly ITimer _cleaning;
    private readonly Lock _gate = new();
    private readonly List<RelayConnection> _kept = [];
    private bool _closed;

    public RelayPool(TimeProvider time)
    {
        _time = time;
        _cleaning = time.CreateTimer(static pool => ((RelayPool)pool!).Clean(), this, MaxIdle, MaxIdle);
    }

    /// <summary>The connection that was used last; null when none is left.</summary>
    public RelayConnection? Take()
    {
        while (true)
        {
            RelayConnection connection;
            lock (_gate)
            {
                if (_kept.Count == 0) return null;
                connection = _kept[^1];
                _kept.RemoveAt(_kept.Count - 1);
            }

            if (!connection.Spent) return connection;
            connection.Dispose();
        }
    }

    /// <summary>Keeps a connection whose call is over for the next one.</summary>
    public void Keep(RelayConnection connection)
    {
        connection.KeptSince = _time.GetTimestamp();
        connection.Listen();
        lock (_gate)
        {
            if (!_closed && _kept.Count < MaxKept)
            {
                _kept.Add(connection);
                return;
            }
        }

        connection.Dispose();
    }

    public void Dispose()
    {
        _cleaning.Dispose();
        RelayConnection[] rest;
        lock (_gate)
        {
            _closed = true;
            rest = [.. _kept];
            _kept.Clear();
        }

        foreach (RelayConnection connection in rest) connection.Dispose();
    }

    private void Clean()
    {
        List<RelayConnection> old;
        lock (_gate)
        {
            old = _kept.FindAll(connection => connection.Spent || _time.GetElapsedTime(connection.KeptSince) >= MaxIdle);
            if (old.Count > 0) _kept.RemoveAll(old.Contains);
        }

        old.ForEach(connection => connection.Dispose());
    }
}
