using DaprTrading.LocalRuntime.Host.Control;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace DaprTrading.LocalRuntime.Host.Running;

/// <summary>Shows the running system: a live table on a terminal, else a line every ten seconds.</summary>
internal static class LiveStatus
{
    private static readonly TimeSpan TableEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(10);

    /// <summary>Whether the output is a terminal that can be redrawn.</summary>
    public static bool IsPossible => !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Ansi;

    /// <summary>Shows it until cancelled.</summary>
    public static async Task RunAsync(IControllable system, Notices notices, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            if (!IsPossible) await ShowLinesAsync(system, time, cancellationToken).ConfigureAwait(false);
            else await AnsiConsole.Live(Picture(system, notices)).AutoClear(enabled: true).StartAsync(live => RedrawAsync(live, system, notices, time, cancellationToken)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end was asked for: there is nothing more to show.
        }
    }

    private static async Task RedrawAsync(LiveDisplayContext live, IControllable system, Notices notices, TimeProvider time, CancellationToken cancellationToken)
    {
        while (true)
        {
            live.UpdateTarget(Picture(system, notices));
            await Task.Delay(TableEvery, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task ShowLinesAsync(IControllable system, TimeProvider time, CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(LineEvery, time, cancellationToken).ConfigureAwait(false);
            Console.WriteLine(StatusView.Line(system.Status()));
        }
    }

    private static Rows Picture(IControllable system, Notices notices)
    {
        List<IRenderable> rows = [StatusView.Table(system.Status())];
        rows.AddRange(notices.Latest().Select(notice => new Text(notice, new Style(Color.Yellow)).Overflow(Overflow.Ellipsis)));
        rows.Add(new Text("Ctrl-C stops everything.", new Style(Color.Grey)));
        return new Rows(rows);
    }
}
