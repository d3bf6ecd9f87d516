using System.Text.Json;

namespace DaprTrading.LocalRuntime.Sidecars;

internal enum CelType
{
    Dynamic,
    Null,
    Bool,
    Number,
    Text,
    List,
    Map,
}

/// <summary>A value while a rule is evaluated.</summary>
internal readonly record struct CelValue(CelType Type, bool Bool = false, double Number = 0, string? Text = null, JsonElement Json = default, CelValue[]? Items = null)
{
    public static CelValue From(bool value) => new(CelType.Bool, Bool: value);

    public static CelValue From(double value) => new(CelType.Number, Number: value);

    public static CelValue From(string value) => new(CelType.Text, Text: value);

    public static CelValue From(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.True => From(true),
        JsonValueKind.False => From(false),
        JsonValueKind.Number => From(json.GetDouble()),
        JsonValueKind.String => From(json.GetString()!),
        JsonValueKind.Array => new CelValue(CelType.List, Items: [.. json.EnumerateArray().Select(From)]),
        JsonValueKind.Object => new CelValue(CelType.Map, Json: json),
        _ => new CelValue(CelType.Null),
    };

    public bool AsBool() => Type == CelType.Bool ? Bool : throw new CelEvaluationException($"expected a boolean, got {Type}");

    public string AsText() => Type == CelType.Text ? Text! : throw new CelEvaluationException($"expected a string, got {Type}");

    /// <summary>The member, or false when there is none.</summary>
    public bool TryMember(string name, out CelValue value)
    {
        value = default;
        if (Type != CelType.Map) throw new CelEvaluationException($"{Type} has no member '{name}'");
        if (!Json.TryGetProperty(name, out JsonElement member)) return false;
        value = From(member);
        return true;
    }

    public static bool Same(CelValue left, CelValue right)
    {
        if (left.Type != right.Type) return false;
        return left.Type switch
        {
            CelType.Bool => left.Bool == right.Bool,
            CelType.Number => left.Number.Equals(right.Number),
            CelType.Text => left.Text == right.Text,
            CelType.List => left.Items!.Length == right.Items!.Length && left.Items.Zip(right.Items, Same).All(same => same),
            CelType.Map => JsonElement.DeepEquals(left.Json, right.Json),
            _ => true,
        };
    }

    public static int Compare(CelValue left, CelValue right) => (left.Type, right.Type) switch
    {
        (CelType.Number, CelType.Number) => left.Number.CompareTo(right.Number),
        (CelType.Text, CelType.Text) => string.CompareOrdinal(left.Text, right.Text),
        (CelType.Bool, CelType.Bool) => left.Bool.CompareTo(right.Bool),
        _ => throw new CelEvaluationException($"{left.Type} and {right.Type} have no order"),
    };
}
