using DaprTrading.Generator.Sending;

namespace DaprTrading.Generator;

/// <summary>Tells the rate: on one line that is rewritten in a terminal, else on a new line every ten seconds.</summary>
internal sealed class ProgressDisplay(Progress progress, TimeProvider time, TextWriter output, bool terminal)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(terminal ? 1 : 10), time);
        long last = time.GetTimestamp(), lastBars = 0;
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                long now = time.GetTimestamp(), bars = progress.Bars;
                double rate = (bars - lastBars) / time.GetElapsedTime(last, now).TotalSeconds;
                await output.WriteAsync($"{(terminal ? "\r" : "")}{Line(rate)}{(terminal ? "   " : "\n")}");
                (last, lastBars) = (now, bars);
            }
        }
        catch (OperationCanceledException)
        {
            // The run has ended.
        }
    }

    public string Line(double rate) =>
        $"{rate,8:0.0} bars/s  {progress.Bars} bars, {progress.Accepted} records accepted, {progress.Rejected} rejected, {progress.Requests} requests"
        + (progress.Waits > 0 ? $", waited {progress.Waits} times" : "");
}
