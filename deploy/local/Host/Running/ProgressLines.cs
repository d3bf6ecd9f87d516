using DaprTrading.LocalRuntime.Host.Processes;

namespace DaprTrading.LocalRuntime.Host.Running;

/// <summary>Lines for the person who started the runtime. In its log they carry a mark, so that another process can pick them out.</summary>
internal static class ProgressLines
{
    private const string Mark = "* ";

    /// <summary>A writer into the log and, when given, onto a console.</summary>
    public static Action<string> To(RotatingLog log, TextWriter? console) => text =>
    {
        foreach (string line in text.Split('\n')) log.WriteLine(Mark + line);
        console?.WriteLine(text);
    };

    /// <summary>The text of a marked line; null for any other.</summary>
    public static string? Read(string logLine) => logLine.StartsWith(Mark, StringComparison.Ordinal) ? logLine[Mark.Length..] : null;
}
