using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using DaprTrading.LocalRuntime.Host.Control;
using Spectre.Console;

namespace DaprTrading.LocalRuntime.Host.Cli;

/// <summary><c>replay</c>: sends recorded data through the running system, and shows how far it is.</summary>
internal sealed class ReplayCommand
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestNaming = TimeSpan.FromSeconds(15);
    private static readonly string[] Ended = ["completed", "stopped", "failed"];
    private readonly Argument<string[]> _files = new("FILE|DATASET") { Description = "Files, or names of data sets that are there already; several are merged by time. None: list them.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string> _speed = new("--speed") { Description = "Multiple of the recorded time, or max: as fast as it is accepted.", HelpName = "N|max", DefaultValueFactory = _ => "max" };
    private readonly Option<double?> _rate = new("--rate") { Description = "Bars per second, whatever the recorded time.", HelpName = "R" };
    private readonly Option<string[]> _symbols = new("--symbols") { Description = "Only these, e.g. AAPL,MSFT.", HelpName = "S,…", AllowMultipleArgumentsPerToken = false };
    private readonly Option<string?> _format = new("--format") { Description = "How to read the files (default: recognised by their content).", HelpName = "FORMAT" };
    private readonly Option<string?> _interval = new("--interval") { Description = "Length of the bars made of trades (default: 1m).", HelpName = "1s…1h" };
    private readonly Option<string?> _zone = new("--zone") { Description = "Zone of clock times that do not tell theirs, as America/New_York (default: UTC).", HelpName = "ZONE" };
    private readonly Option<bool> _append = new("--append") { Description = "Go on in the series that the symbols have already (default: these get series of their own, as SPY.R2)." };
    private readonly Option<bool> _follow = new("--follow") { Description = "Wait until it is over, also where the output is no terminal." };
    private readonly Option<bool> _detach = new("--detach", "-d") { Description = "Return as soon as it has started." };
    private readonly Option<string?> _data = CommandLine.DataOption();

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var replay = new ReplayCommand();
        var command = new Command("replay", "Replay recorded market data: CSV (Yahoo, Stooq, Kaggle, Binance …), JSON (Alpaca, Polygon), Lean zips; also compressed.")
        {
            replay._files, replay._speed, replay._rate, replay._symbols, replay._format, replay._interval, replay._zone, replay._append, replay._follow, replay._detach, replay._data,
        };
        command.SetAction(replay.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        JsonObject request = Request(parsed);
        DataDirectory data = DataDirectory.Resolve(parsed.GetValue(_data), Workspace.Find());
        using ReplayClient client = await ConnectAsync(data, cancellationToken);
        string[] files = parsed.GetValue(_files) ?? [];
        if (files.Length == 0)
        {
            await ListAsync(client, cancellationToken);
            return ExitCode.Ok;
        }

        var copies = new DatasetCopy(data);
        request["datasets"] = new JsonArray([.. files.Select(file => JsonValue.Create(File.Exists(file) ? copies.Add(file) : file))]);
        JsonNode replay = await client.StartAsync(request, cancellationToken);
        string id = (string?)replay["id"] ?? throw new UserException("The system answered without a replay.");
        Console.WriteLine($"Replay {id} of {replay["dataset"]} runs. Dashboard: {client.Dashboard}");
        if (await NoteAsync(client, id, cancellationToken) is { } note) Console.WriteLine(note);
        return parsed.GetValue(_detach) || (Console.IsOutputRedirected && !parsed.GetValue(_follow)) ? ExitCode.Ok : await FollowAsync(client, id, cancellationToken);
    }

    // Which series the bars go to is decided when the files were read: a moment later, or once the system answers.
    private static async Task<string?> NoteAsync(ReplayClient client, string id, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(LongestNaming);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            JsonNode replay = await WaitAsync(client, id, _ => { }, found => found["series"] is not null, either.Token);
            return (string?)replay["note"];
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return "It is still being read; ./run replay shows later which series its bars go to.";
        }
    }

    private static async Task<ReplayClient> ConnectAsync(DataDirectory data, CancellationToken cancellationToken)
    {
        using ControlClient control = ControlClient.Connect(data);
        StatusDocument status = await control.StatusAsync(cancellationToken);
        return new ReplayClient(status.DashboardUrl ?? throw new UserException("The running system has no dashboard, and replays are started through it."));
    }

    private JsonObject Request(ParseResult parsed)
    {
        var request = new JsonObject();
        string speed = parsed.GetValue(_speed)!;
        double? rate = parsed.GetValue(_rate);
        double multiple = 0;
        if (speed != "max" && (!double.TryParse(speed.TrimStart('x', '×'), NumberStyles.Float, CultureInfo.InvariantCulture, out multiple) || !(multiple > 0)))
        {
            throw new UserException($"--speed: expected a number above 0, or max, not '{speed}'.");
        }

        if (rate is { } given && !(given > 0)) throw new UserException("--rate: expected a number of bars per second above 0.");
        if (multiple > 0 && rate is not null) throw new UserException("--speed and --rate exclude each other.");
        request["speed"] = multiple;
        if (rate is not null) request["barsPerSecond"] = rate;
        string[] symbols = [.. (parsed.GetValue(_symbols) ?? []).SelectMany(list => list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
        if (symbols.Length > 0) request["symbols"] = new JsonArray([.. symbols.Select(symbol => JsonValue.Create(symbol))]);
        if (parsed.GetValue(_format) is { } format) request["format"] = format;
        if (parsed.GetValue(_interval) is { } interval) request["interval"] = interval;
        if (parsed.GetValue(_zone) is { } zone) request["zone"] = zone;
        if (parsed.GetValue(_append)) request["append"] = true;
        return request;
    }

    private static async Task ListAsync(ReplayClient client, CancellationToken cancellationToken)
    {
        Console.WriteLine("Data sets:");
        foreach (JsonNode? one in await client.DatasetsAsync(cancellationToken)) Console.WriteLine($"  {one?["name"],-28} {one?["file"]}, {one?["bytes"]} bytes");
        Console.WriteLine("Replays:");
        foreach (JsonNode? one in await client.ReplaysAsync(cancellationToken)) Console.WriteLine("  " + Line(one!));
    }

    private static async Task<int> FollowAsync(ReplayClient client, string id, CancellationToken cancellationToken)
    {
        JsonNode? last = null;
        try
        {
            if (Console.IsOutputRedirected) last = await WaitAsync(client, id, _ => { }, _ => false, cancellationToken);
            else
            {
                await AnsiConsole.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()).StartAsync(async context =>
                {
                    ProgressTask bar = context.AddTask("reading");
                    last = await WaitAsync(client, id, replay => Paint(bar, replay), _ => false, cancellationToken);
                });
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Console.WriteLine($"Replay {id} goes on; the dashboard pauses or stops it.");
            return ExitCode.Ok;
        }

        Console.WriteLine(Line(last!));
        foreach (JsonNode? warning in last!["warnings"]?.AsArray() ?? []) Console.WriteLine($"warning: {warning}");
        foreach (JsonNode? reason in last["refusedReasons"]?.AsArray() ?? []) Console.WriteLine($"refused: {reason}");
        foreach (JsonNode? reason in last["badRowReasons"]?.AsArray() ?? []) Console.WriteLine($"left out: {reason}");
        return (string?)last["state"] == "failed" ? ExitCode.Failed : ExitCode.Ok;
    }

    private static async Task<JsonNode> WaitAsync(ReplayClient client, string id, Action<JsonNode> show, Func<JsonNode, bool> isEnough, CancellationToken cancellationToken)
    {
        using var steps = new PeriodicTimer(Step);
        while (true)
        {
            JsonNode replay = await client.FindAsync(id, cancellationToken);
            show(replay);
            if (isEnough(replay) || Ended.Contains((string?)replay["state"], StringComparer.Ordinal)) return replay;
            await steps.WaitForNextTickAsync(cancellationToken);
        }
    }

    private static void Paint(ProgressTask bar, JsonNode replay)
    {
        long total = (long?)replay["total"] ?? 0;
        if (total > 0) bar.MaxValue = total;
        bar.Value = (long?)replay["position"] ?? 0;
        bar.Description = Markup.Escape($"{replay["waiting"] ?? replay["state"]} {replay["position"]}/{total} bars");
    }

    private static string Line(JsonNode replay)
    {
        string line = $"{replay["id"]} {replay["dataset"]}: {replay["state"]}, {replay["position"]} of {replay["total"]} bars";
        if (((long?)replay["badRows"] ?? 0) > 0) line += $", {replay["badRows"]} rows left out";
        if (((long?)replay["refused"] ?? 0) > 0) line += $", {replay["refused"]} refused";
        if (replay["waiting"] is { } waiting) line += $". {waiting} It is waited for";
        if (replay["note"] is { } note) line += $". {note}";
        return replay["error"] is { } error ? $"{line}: {error}" : line;
    }
}
