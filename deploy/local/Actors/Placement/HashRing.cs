namespace DaprTrading.LocalRuntime.Actors;

/// <summary>Consistent hashing of actors over the hosts of one type: immutable, so a lookup needs no lock.</summary>
internal sealed class HashRing
{
    /// <summary>Points per host: enough to spread evenly, and a joining host takes its share from all others alike.</summary>
    public const int VirtualNodes = 100;

    private readonly ulong[] _points;
    private readonly HostedType[] _owners;

    private HashRing(ulong[] points, HostedType[] owners) => (_points, _owners) = (points, owners);

    /// <summary>Nobody hosts the type.</summary>
    public static HashRing Empty { get; } = new([], []);

    /// <summary>The ring of some hosts; the order they are given in does not matter.</summary>
    public static HashRing Of(IReadOnlyCollection<HostedType> hosts)
    {
        if (hosts.Count == 0) return Empty;

        ulong[] points = new ulong[hosts.Count * VirtualNodes];
        var owners = new HostedType[points.Length];
        int at = 0;
        foreach (HostedType host in hosts.OrderBy(host => host.Host.Key, StringComparer.Ordinal))
        {
            for (int node = 0; node < VirtualNodes; node++)
            {
                points[at] = Hash($"{host.Host.Key}#{node}");
                owners[at++] = host;
            }
        }

        Array.Sort(points, owners);
        return new HashRing(points, owners);
    }

    /// <summary>The host of the first point at or after <paramref name="hash"/>; null when nobody hosts the type.</summary>
    public HostedType? Find(ulong hash)
    {
        if (_points.Length == 0) return null;

        int index = Array.BinarySearch(_points, hash);
        if (index < 0) index = ~index;
        return _owners[index == _points.Length ? 0 : index];
    }

    /// <summary>FNV-1a over the characters, then a finaliser, because FNV alone leaves the high bits of similar texts alike.</summary>
    public static ulong Hash(ReadOnlySpan<char> text)
    {
        ulong hash = 14695981039346656037;
        foreach (char c in text) hash = (hash ^ c) * 1099511628211;
        hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
        hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53;
        return hash ^ (hash >> 33);
    }
}
