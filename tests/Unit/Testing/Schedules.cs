using System.Globalization;

namespace DaprTrading.Tests.Unit.Testing;

/// <summary>Runs a property over many seeds. <c>DAPRTRADING_SCHEDULE_SEED</c> moves the first seed; a failure names the seed it happened with.</summary>
internal static class Schedules
{
    private const string Variable = "DAPRTRADING_SCHEDULE_SEED";

    private static readonly int First = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : 1;

    /// <summary>Runs <paramref name="property"/> with as many seeds; it throws when it does not hold.</summary>
    public static void Run(int count, Action<Random> property) => RunAsync(count, random =>
    {
        property(random);
        return Task.CompletedTask;
    }).GetAwaiter().GetResult();

    /// <summary>The same for a property that needs to wait.</summary>
    public static async Task RunAsync(int count, Func<Random, Task> property)
    {
        for (int seed = First; seed < First + count; seed++)
        {
            try
            {
                await property(new Random(seed));
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"Seed {seed} ({Variable}={seed} runs it first): {failure.Message}", failure);
            }
        }
    }

    /// <summary>Throws when something does not hold. Cheaper than an assertion that is built every time.</summary>
    public static void Check(bool holds, string what)
    {
        if (!holds) throw new InvalidOperationException(what);
    }
}
