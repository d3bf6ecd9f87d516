using System.Text.Json;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>A part of a match rule. <see cref="Type"/> is what is known before any event is seen.</summary>
internal abstract class CelNode(CelType type)
{
    public CelType Type { get; } = type;

    public abstract CelValue Evaluate(JsonElement @event);
}

internal sealed class CelLiteral(CelValue value) : CelNode(value.Type)
{
    public override CelValue Evaluate(JsonElement @event) => value;
}

internal sealed class CelEvent() : CelNode(CelType.Dynamic)
{
    public override CelValue Evaluate(JsonElement @event) => CelValue.From(@event);
}

internal sealed class CelList(IReadOnlyList<CelNode> items) : CelNode(CelType.List)
{
    public override CelValue Evaluate(JsonElement @event) => new(CelType.List, Items: [.. items.Select(item => item.Evaluate(@event))]);
}

internal sealed class CelMember(CelNode target, string name) : CelNode(CelType.Dynamic)
{
    public override CelValue Evaluate(JsonElement @event) =>
        target.Evaluate(@event).TryMember(name, out CelValue value) ? value : throw new CelEvaluationException($"no such key: {name}");

    public bool Exists(JsonElement @event) => target.Evaluate(@event).TryMember(name, out _);
}

internal sealed class CelHas(CelMember member) : CelNode(CelType.Bool)
{
    public override CelValue Evaluate(JsonElement @event) => CelValue.From(member.Exists(@event));
}

internal sealed class CelIndex(CelNode target, CelNode index) : CelNode(CelType.Dynamic)
{
    public override CelValue Evaluate(JsonElement @event)
    {
        CelValue from = target.Evaluate(@event);
        CelValue key = index.Evaluate(@event);
        if (from.Type != CelType.List)
        {
            return from.TryMember(key.AsText(), out CelValue value) ? value : throw new CelEvaluationException($"no such key: {key.Text}");
        }

        bool inside = key.Type == CelType.Number && key.Number >= 0 && key.Number < from.Items!.Length && key.Number == Math.Floor(key.Number);
        return inside ? from.Items![(int)key.Number] : throw new CelEvaluationException("index out of range");
    }
}

internal sealed class CelNot(CelNode operand) : CelNode(CelType.Bool)
{
    public override CelValue Evaluate(JsonElement @event) => CelValue.From(!operand.Evaluate(@event).AsBool());
}

internal sealed class CelNegative(CelNode operand) : CelNode(CelType.Number)
{
    public override CelValue Evaluate(JsonElement @event) => operand.Evaluate(@event) is { Type: CelType.Number } value
        ? CelValue.From(-value.Number) : throw new CelEvaluationException("expected a number after -");
}

/// <summary><c>&amp;&amp;</c> and <c>||</c>: as CEL has it, one side that decides makes an error of the other irrelevant.</summary>
internal sealed class CelLogic(bool or, CelNode left, CelNode right) : CelNode(CelType.Bool)
{
    public override CelValue Evaluate(JsonElement @event)
    {
        CelEvaluationException? error = null;
        try
        {
            if (left.Evaluate(@event).AsBool() == or) return CelValue.From(or);
        }
        catch (CelEvaluationException e)
        {
            error = e;
        }

        bool second = right.Evaluate(@event).AsBool();
        if (second == or || error is null) return CelValue.From(second);
        throw error;
    }
}

internal sealed class CelComparison(string operation, CelNode left, CelNode right) : CelNode(CelType.Bool)
{
    public override CelValue Evaluate(JsonElement @event)
    {
        CelValue first = left.Evaluate(@event);
        CelValue second = right.Evaluate(@event);
        return CelValue.From(operation switch
        {
            "==" => CelValue.Same(first, second),
            "!=" => !CelValue.Same(first, second),
            "<" => CelValue.Compare(first, second) < 0,
            "<=" => CelValue.Compare(first, second) <= 0,
            ">" => CelValue.Compare(first, second) > 0,
            ">=" => CelValue.Compare(first, second) >= 0,
            _ => IsIn(first, second),
        });
    }

    private static bool IsIn(CelValue item, CelValue container) => container.Type switch
    {
        CelType.List => container.Items!.Any(other => CelValue.Same(item, other)),
        CelType.Map => container.TryMember(item.AsText(), out _),
        _ => throw new CelEvaluationException($"'in' needs a list or a map, got {container.Type}"),
    };
}

internal sealed class CelTextCall(string function, CelNode target, CelNode argument) : CelNode(CelType.Bool)
{
    public override CelValue Evaluate(JsonElement @event)
    {
        string text = target.Evaluate(@event).AsText();
        string part = argument.Evaluate(@event).AsText();
        return CelValue.From(function switch
        {
            "startsWith" => text.StartsWith(part, StringComparison.Ordinal),
            "endsWith" => text.EndsWith(part, StringComparison.Ordinal),
            _ => text.Contains(part, StringComparison.Ordinal),
        });
    }
}

internal sealed class CelSize(CelNode operand) : CelNode(CelType.Number)
{
    public override CelValue Evaluate(JsonElement @event)
    {
        CelValue value = operand.Evaluate(@event);
        return CelValue.From(value.Type switch
        {
            CelType.Text => value.Text!.EnumerateRunes().Count(),
            CelType.List => value.Items!.Length,
            CelType.Map => value.Json.EnumerateObject().Count(),
            _ => throw new CelEvaluationException($"{value.Type} has no size"),
        });
    }
}
