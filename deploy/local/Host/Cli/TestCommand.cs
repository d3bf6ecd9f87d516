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
        var command = new Command("test", "Build everything and run the tests; the last line is the sum.") { kinds };
        command.SetAction((parsed, cancellationToken) =>
            new TestRun(Workspace.Find().WithSources("test"), TimeProvider.System, Console.WriteLine).RunAsync(parsed.GetValue(kinds) ?? [], cancellationToken));
        return command;
    }
}
