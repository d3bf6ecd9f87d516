using System.CommandLine;
using DaprTrading.Generator.Sending;
using DaprTrading.Generator.Simulation;

namespace DaprTrading.Generator;

/// <summary>The command line.</summary>
internal static class GeneratorCommand
{
    private static readonly GeneratorOptions Defaults = new();

    public static RootCommand Create()
    {
        Option<string> url = new("--url") { Description = "Address of the gateway.", DefaultValueFactory = _ => Defaults.Url.ToString() };
        Option<string?> apiKey = new("--api-key") { Description = "Key for the header X-Api-Key." };
        Option<double> rate = new("--rate") { Description = "Bars per second; 0 sends as fast as the gateway takes them.", DefaultValueFactory = _ => Defaults.Rate };
        Option<string> symbols = new("--symbols") { Description = "How many symbols, or their names separated by commas.", DefaultValueFactory = _ => Defaults.Symbols };
        Option<int> sources = new("--sources") { Description = "How many sources share the symbols.", DefaultValueFactory = _ => Defaults.Sources };
        Option<int> seed = new("--seed") { Description = "The same seed gives the same prices.", DefaultValueFactory = _ => Defaults.Seed };
        Option<int> batch = new("--batch") { Description = "Bars per request; 0 lets the rate decide.", DefaultValueFactory = _ => Defaults.Batch };
        Option<int> connections = new("--connections") { Description = "Requests under way at once.", DefaultValueFactory = _ => Defaults.Connections };
        Option<double> bad = new("--bad") { Description = "Share of additional records that are wrong on purpose, 0 to 1.", DefaultValueFactory = _ => Defaults.Bad };
        Option<double> events = new("--events") { Description = "Other records (orders, news, fundamentals, economy) per bar.", DefaultValueFactory = _ => Defaults.Events };
        Option<bool> plain = new("--plain") { Description = "Independent draws around 1000 instead of prices with memory." };
        Option<int> forward = new("--fast-forward") { Description = "Bars per symbol sent at once at the start, so that indicators exist within seconds.", DefaultValueFactory = _ => Defaults.FastForward };
        Option<bool> unnumbered = new("--unnumbered") { Description = "Leave out source and sequence, as a plain producer does." };
        Option<long> count = new("--count") { Description = "Stop after this many bars; 0: never.", DefaultValueFactory = _ => Defaults.Count };
        Option<double> duration = new("--duration") { Description = "Stop after this many seconds; 0: never." };
        Option<double> patience = new("--patience") { Description = "Seconds to wait for a gateway that is away or busy.", DefaultValueFactory = _ => Defaults.Patience.TotalSeconds };
        Validate(url, value => Uri.TryCreate(value, UriKind.Absolute, out Uri? address) && address.Scheme is ("http" or "https"), "must be an http address");
        Validate(rate, value => value is >= 0 and <= 1_000_000, "must be from 0 to 1000000");
        Validate(sources, value => value is >= 1 and <= 1_000, "must be from 1 to 1000");
        Validate(batch, value => value is >= 0 and <= 10_000, "must be from 0 to 10000");
        Validate(connections, value => value is >= 1 and <= 256, "must be from 1 to 256");
        Validate(bad, value => value is >= 0 and <= 1, "must be from 0 to 1");
        Validate(events, value => value is >= 0 and <= 10, "must be from 0 to 10");
        Validate(forward, value => value is >= 0 and <= 1_000_000, "must be from 0 to 1000000");
        Validate(symbols, value => Market.Names(value) is { Count: >= 1 and <= 20_000 }, "must be a number from 1 to 20000 or a list of names");

        var command = new RootCommand("Generates market data and posts it to the gateway, as any producer would.")
        {
            url, apiKey, rate, symbols, sources, seed, batch, connections, bad, events, plain, forward, unnumbered, count, duration, patience,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new GeneratorOptions
            {
                Url = new Uri(parsed.GetValue(url)!), ApiKey = parsed.GetValue(apiKey), Rate = parsed.GetValue(rate), Symbols = parsed.GetValue(symbols)!,
                Sources = parsed.GetValue(sources), Seed = parsed.GetValue(seed), Batch = parsed.GetValue(batch), Connections = parsed.GetValue(connections),
                Bad = parsed.GetValue(bad), Events = parsed.GetValue(events), Plain = parsed.GetValue(plain), FastForward = parsed.GetValue(forward),
                Numbered = !parsed.GetValue(unnumbered), Count = parsed.GetValue(count), Duration = TimeSpan.FromSeconds(parsed.GetValue(duration)),
                Patience = TimeSpan.FromSeconds(parsed.GetValue(patience)),
            }, cancellationToken));
        return command;
    }

    private static void Validate<T>(Option<T> option, Func<T, bool> valid, string message) => option.Validators.Add(result =>
    {
        if (!result.Errors.Any() && !valid(result.GetValueOrDefault<T>()!)) result.AddError($"{option.Name} {message}.");
    });

    private static async Task<int> RunAsync(GeneratorOptions options, CancellationToken cancellationToken)
    {
        TimeProvider time = TimeProvider.System;
        // Part of the source names: a second run with the same seed numbers from 1 again and must not be taken for a repeat.
        string runId = time.GetUtcNow().ToUnixTimeMilliseconds().ToString("x");
        var market = new Market(options, runId);
        var progress = new Progress();
        using var gateway = new GatewayClient(options, time);
        var run = new GeneratorRun(options, market, gateway, progress, time);

        await Console.Out.WriteLineAsync(
            $"{market.Symbols.Count} symbols from {options.Sources} sources to {options.Url}, {(options.Rate > 0 ? $"{options.Rate} bars/s" : "as fast as possible")}, "
            + $"{options.EffectiveBatch} a request, seed {options.Seed}{(options.Plain ? ", plain" : "")}");
        using var shown = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var display = new ProgressDisplay(progress, time, Console.Out, !Console.IsOutputRedirected);
        Task displayed = display.RunAsync(shown.Token);
        long started = time.GetTimestamp();
        try
        {
            await run.RunAsync(cancellationToken);
            return 0;
        }
        catch (GatewayRefusedException e)
        {
            await Console.Error.WriteLineAsync($"\nStopped: {e.Message}");
            return 1;
        }
        finally
        {
            await shown.CancelAsync();
            await displayed;
            await Console.Out.WriteLineAsync("\n" + display.Line(progress.Bars / Math.Max(0.001, time.GetElapsedTime(started).TotalSeconds)) + " in all");
        }
    }
}
