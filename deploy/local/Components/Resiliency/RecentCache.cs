namespace DaprTrading.LocalRuntime.Components;

/// <summary>Keeps the values used most recently, up to a number.</summary>
internal sealed class RecentCache<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value)>> _nodes = [];
    private readonly LinkedList<(TKey Key, TValue Value)> _recent = new();

    public TValue GetOrAdd(TKey key, Func<TKey, TValue> make)
    {
        lock (_lock)
        {
            if (_nodes.TryGetValue(key, out var node))
            {
                if (node.Previous is not null)
                {
                    _recent.Remove(node);
                    _recent.AddFirst(node);
                }

                return node.Value.Value;
            }

            if (_nodes.Count >= capacity)
            {
                _nodes.Remove(_recent.Last!.Value.Key);
                _recent.RemoveLast();
            }

            TValue value = make(key);
            _nodes[key] = _recent.AddFirst((key, value));
            return value;
        }
    }
}
