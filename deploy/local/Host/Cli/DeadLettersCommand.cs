using System.CommandLine;
using System.Globalization;
using System.Text;
using DaprTrading.LocalRuntime.Host.Control;
using DaprTrading.LocalRuntime.Host.DeadLetters;

namespace DaprTrading.LocalRuntime.Host.Cli;

/// <summary><c>dead-letters</c>: shows the messages no app could handle, and sends them back.</summary>
internal static class DeadLettersCommand
{
    private const int Shown = 20;
    private const int ContentShown = 100;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var republish = new Option<bool>("--republish") { Description = "Publish them to the topics they came from; what the broker takes is no longer kept." };
        var topic = new Option<string?>("--topic") { Description = "Only those of a topic, e.g. bars or bars-dead.", HelpName = "T" };
        var limit = new Option<int?>("--limit") { Description = $"At most so many, the oldest first (default: {Shown} shown, all republished).", HelpName = "N" };
        limit.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is { } number and < 1) result.AddError($"--limit: must be 1 or more, not {number}.");
        });
        Option<string?> data = CommandLine.DataOption();
        var command = new Command("dead-letters", "List the messages no app could handle, or send them back.") { republish, topic, limit, data };
        command.SetAction((parsed, cancellationToken) => parsed.GetValue(republish)
            ? ControlCommand.RunAsync(parsed.GetValue(data), client => client.RepublishAsync(parsed.GetValue(topic), parsed.GetValue(limit), cancellationToken))
            : Task.FromResult(List(DataDirectory.Resolve(parsed.GetValue(data), Workspace.Find()), parsed.GetValue(topic), parsed.GetValue(limit) ?? Shown)));
        return command;
    }

    /// <summary>Reads the folder, so it works whether or not the system runs.</summary>
    private static int List(DataDirectory data, string? topic, int limit)
    {
        int count = 0;
        foreach (var (_, letter) in new DeadLetterStore(data.DeadLetters, TimeProvider.System).Read(topic))
        {
            if (count++ < limit) Console.WriteLine(Line(letter));
        }

        if (count == 0) Console.WriteLine("There are no dead letters" + (topic is null ? "." : $" of {topic}."));
        if (count > limit) Console.WriteLine($"… and {count - limit} more (--limit N).");
        return ExitCode.Ok;
    }

    private static string Line(DeadLetter letter)
    {
        string content = letter.Event is { } cloudEvent && cloudEvent.TryGetProperty("data", out var data) ? data.GetRawText() : Encoding.UTF8.GetString(letter.Bytes());
        string text = string.Create(content.Length, content, static (chars, from) =>
        {
            for (int i = 0; i < chars.Length; i++) chars[i] = char.IsControl(from[i]) ? ' ' : from[i];
        });
        if (text.Length > ContentShown) text = text[..ContentShown] + "…";
        string kept = letter.KeptAt.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return $"{kept}  {letter.Topic,-14} {letter.Id,-36}  {text}";
    }
}
