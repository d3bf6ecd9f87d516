using DaprTrading.Conformance.Checks;
using DaprTrading.Conformance.Staging;

namespace DaprTrading.Conformance.Running;

/// <summary>The program: reads the arguments, runs, reports.</summary>
public static class ConformanceProgram
{
    /// <summary>Runs it.</summary>
    /// <param name="args">Command line.</param>
    /// <param name="target">Makes what is checked from the arguments.</param>
    /// <returns>0 when nothing failed, 1 when something did, 2 for a wrong command line.</returns>
    public static async Task<int> RunAsync(string[] args, Func<Arguments, Task<ITarget>> target)
    {
        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, e) =>
        {
            e.Cancel = true;
            stop.Cancel();
        };
        try
        {
            Arguments arguments = Arguments.Parse(args);
            if (arguments.Help)
            {
                Console.WriteLine(Arguments.Usage);
                return 0;
            }

            await using ITarget checkedTarget = await target(arguments).ConfigureAwait(false);
            await checkedTarget.StandardAsync(stop.Token).ConfigureAwait(false);
            IReadOnlyList<CheckResult> results = await new CheckRunner(checkedTarget, TimeProvider.System)
                .RunAsync(arguments.Choose(AllChecks.List), stop.Token).ConfigureAwait(false);
            Report.Print(results, Console.Out);
            if (arguments.Json is { } file) await Report.SaveAsync(results, file, stop.Token).ConfigureAwait(false);
            if (arguments.Markdown is { } table) await Report.SaveTableAsync(results, table, stop.Token).ConfigureAwait(false);
            return results.Any(result => result.Outcome == Outcome.Failed) ? 1 : 0;
        }
        catch (FormatException e)
        {
            await Console.Error.WriteLineAsync("error: " + e.Message).ConfigureAwait(false);
            return 2;
        }
        catch (CheckFailedException e)
        {
            await Console.Error.WriteLineAsync("error: " + e.Message).ConfigureAwait(false);
            return 1;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("interrupted").ConfigureAwait(false);
            return 1;
        }
    }
}
