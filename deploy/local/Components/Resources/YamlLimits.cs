using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>
/// Stops a parser whose document nests deeper, or has more values, than any resource does. An alias counts as all it stands for, so that a few
/// lines cannot stand for millions of values; one that stands for itself is refused.
/// </summary>
internal sealed class YamlLimits(IParser inner) : IParser
{
    private const int MaxDepth = 64;
    private const int MaxValues = 100_000;

    private readonly Stack<(AnchorName Anchor, long Start)> _open = new();
    private readonly Dictionary<AnchorName, long> _sizes = [];
    private long _values;

    public ParsingEvent? Current => inner.Current;

    public bool MoveNext()
    {
        if (!inner.MoveNext()) return false;
        switch (inner.Current)
        {
            case Scalar scalar:
                Count(1);
                Close(scalar.Anchor, _values - 1);
                break;
            case MappingStart or SequenceStart:
                Count(1);
                Open(((NodeEvent)inner.Current).Anchor);
                break;
            case MappingEnd or SequenceEnd:
                (AnchorName anchor, long start) = _open.Pop();
                Close(anchor, start);
                break;
            case AnchorAlias alias:
                Count(_sizes.TryGetValue(alias.Value, out long size) ? size : throw Refused($"the alias *{alias.Value} stands for nothing before it"));
                break;
        }

        return true;
    }

    private void Open(AnchorName anchor)
    {
        // Until its end it stands for nothing, an earlier value of the name included.
        if (!anchor.IsEmpty) _sizes.Remove(anchor);
        _open.Push((anchor, _values - 1));
        if (_open.Count > MaxDepth) throw Refused($"nested deeper than {MaxDepth} levels");
    }

    // A name that is used again stands for the later value from then on.
    private void Close(AnchorName anchor, long start)
    {
        if (!anchor.IsEmpty) _sizes[anchor] = _values - start;
    }

    private void Count(long values)
    {
        _values += values;
        if (_values > MaxValues) throw Refused($"more than {MaxValues} values");
    }

    private YamlException Refused(string problem) => new(inner.Current!.Start, inner.Current.End, problem);
}
