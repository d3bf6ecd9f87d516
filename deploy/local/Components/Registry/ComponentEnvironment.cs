namespace DaprTrading.LocalRuntime.Components;

/// <summary>The environment variables components see.</summary>
/// <param name="variables">Variables by name; names are compared exactly.</param>
public sealed class ComponentEnvironment(IReadOnlyDictionary<string, string> variables)
{
    /// <summary>No variables.</summary>
    public static ComponentEnvironment Empty { get; } = new(new Dictionary<string, string>(StringComparer.Ordinal));

    /// <summary>All variables.</summary>
    public IReadOnlyDictionary<string, string> Variables => variables;

    /// <summary>A copy of the process environment.</summary>
    public static ComponentEnvironment FromProcess()
    {
        var copy = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (System.Collections.DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            copy[(string)entry.Key] = (string?)entry.Value ?? "";
        }

        return new ComponentEnvironment(copy);
    }

    /// <summary>The same variables, one of them changed.</summary>
    public ComponentEnvironment With(string name, string value) =>
        new(new Dictionary<string, string>(variables, StringComparer.Ordinal) { [name] = value });

    /// <summary>One variable, or null.</summary>
    public string? Get(string name) => variables.TryGetValue(name, out string? value) ? value : null;

    /// <summary>Whether a variable is withheld from components: tokens and Dapr's own.</summary>
    public static bool IsWithheld(string name) => name == "APP_API_TOKEN" || name.StartsWith("DAPR_", StringComparison.OrdinalIgnoreCase);
}
