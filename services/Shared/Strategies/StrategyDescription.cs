namespace DaprTrading.Strategies;

/// <summary>A strategy as people see it who set it.</summary>
/// <param name="Name">Name on signals, e.g. <c>rsi-recross</c>.</param>
/// <param name="Field">Name of its settings, e.g. <c>rsiRecross</c>.</param>
/// <param name="Title">Name in words.</param>
/// <param name="WarmUpBars">Bars of a symbol before the first that can bear a signal, with these settings.</param>
/// <param name="Parameters">What can be set.</param>
public sealed record StrategyDescription(string Name, string Field, string Title, int WarmUpBars, IReadOnlyList<ParameterDescription> Parameters);

/// <summary>One parameter with its bounds.</summary>
/// <param name="Name">Name within the strategy's settings.</param>
/// <param name="Title">Meaning in a few words.</param>
/// <param name="Kind"><c>number</c>, <c>integer</c>, <c>boolean</c> or <c>choice</c>.</param>
/// <param name="Default">Default value as JSON.</param>
/// <param name="Least">Least value; null without one.</param>
/// <param name="Most">Greatest value; null without one.</param>
/// <param name="Choices">Values of a choice; null for other kinds.</param>
public sealed record ParameterDescription(
    string Name, string Title, string Kind, string Default, double? Least = null, double? Most = null, IReadOnlyList<string>? Choices = null)
{
    internal static ParameterDescription Number(string name, string title, double value, double least, double most) =>
        new(name, title, "number", value.ToString(System.Globalization.CultureInfo.InvariantCulture), least, most);

    internal static ParameterDescription Flag(string name, string title, bool value) => new(name, title, "boolean", value ? "true" : "false");
}
