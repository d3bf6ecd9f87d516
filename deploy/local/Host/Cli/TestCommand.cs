using System.CommandLine;
using DaprTrading.LocalRuntime.Host.Testing;

namespace DaprTrading.LocalRuntime.Host.Cli;

/// <summary><c>test</c>: runs the test suites.</summary>
internal static class TestCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var kinds = new Argument<string[]>("KIND") { Description = $"Suites to run (default: all): {string.Join(", ", TestRun.Kinds.Keys)}.", Arity = ArgumentArity.ZeroOrMore };
        kinds.AcceptOnlyFromAmong([.. TestRun.Kinds.Keys]);
        var minutes = new Option<double?>("--minutes")
        {
            Description = "How long chaos disturbs the system at least (default: about half a minute; from 2 on with 200,000 bars of 50 symbols and faults that outlast every time limit, about 6 min at least). Reading and comparing come on top.",
            HelpName = "N",
        };
        minutes.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double?>() is <= 0 or > 1_440 or double.NaN) result.AddError("--minutes must be above 0 and at most 1440.");
        });
        var seed = new Option<int?>("--seed") { Description = "Seed of the bars and faults of chaos (default: 1; with --minutes one that is chosen and printed).", HelpName = "S" };
        var command = new Command("test", "Build everything and run the tests; the last line is the sum.") { kinds, minutes, seed };
        command.SetAction((parsed, cancellationToken) =>
        {
            string[] chosen = parsed.GetValue(kinds) ?? [];
            ChaosRun? chaos = ChaosRun.Of(parsed.GetValue(minutes), parsed.GetValue(seed));
            if (chaos is not null && chosen is not ["chaos"]) throw new UserException("--minutes and --seed belong to chaos: ./run test chaos --minutes 10 --seed 7");
            return new TestRun(Workspace.Find().WithSources("test"), TimeProvider.System, Console.WriteLine, chaos ?? ChaosRun.Short).RunAsync(chosen, cancellationToken);
        });
        return command;
    }
}
