using System.Text.Json.Serialization;

namespace DaprTrading.Conformance.Running;

/// <summary>How a check ended.</summary>
public enum Outcome
{
    /// <summary>The rule holds.</summary>
    Passed,

    /// <summary>The rule does not hold.</summary>
    Failed,

    /// <summary>The target cannot be checked for it.</summary>
    NotApplicable,
}

/// <summary>Result of one check.</summary>
/// <param name="Id">Number of the check.</param>
/// <param name="Section">Its section.</param>
/// <param name="Title">The rule.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Reason">Why it failed or is not applicable; empty when it passed.</param>
/// <param name="Seconds">Time it took.</param>
public sealed record CheckResult(int Id, string Section, string Title, Outcome Outcome, string Reason, double Seconds);

/// <summary>JSON of the results.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(IReadOnlyList<CheckResult>))]
internal sealed partial class ResultsJson : JsonSerializerContext;
