using System.Text.Json;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>
/// A match rule. Understood: <c>event.field</c>, <c>event["field"]</c>, <c>has()</c>, comparisons, <c>in</c>, <c>&amp;&amp; || !</c>,
/// <c>startsWith endsWith contains size</c>, literals, lists and parentheses. Anything else is a syntax error.
/// </summary>
internal sealed class CelExpression
{
    // A chain of operators becomes a chain of nodes, each of which is a call deeper when it is evaluated.
    private const int MaxTokens = 1000;

    private readonly CelNode _root;

    private CelExpression(string text, CelNode root)
    {
        Text = text;
        _root = root;
    }

    public string Text { get; }

    /// <summary>Throws <see cref="CelSyntaxException"/> for an expression that is invalid, not understood, or not boolean.</summary>
    public static CelExpression Parse(string text)
    {
        List<CelToken> tokens = CelLexer.Read(text, MaxTokens);
        CelNode root = new CelParser(tokens).Parse();
        if (root.Type is not (CelType.Bool or CelType.Dynamic)) throw new CelSyntaxException("the result must be boolean");
        return new CelExpression(text, root);
    }

    /// <summary>Whether the rule is true of an event. Throws <see cref="CelEvaluationException"/> for a missing key or a wrong type.</summary>
    public bool Matches(JsonElement @event) => _root.Evaluate(@event).AsBool();
}

/// <summary>A match rule could not be decided for an event.</summary>
internal sealed class CelEvaluationException(string message) : Exception(message);
