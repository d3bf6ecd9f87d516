using System.Globalization;
using System.Text;
using DaprTrading.LocalRuntime.Host.Processes;
using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Host.Running;

/// <summary>The runtime's own log: a line per event into its file, and warnings to the person in front of it.</summary>
internal sealed class RuntimeLogging(RotatingLog file, Notices notices, TimeProvider time) : ILoggerProvider
{
    /// <summary>A factory that logs there.</summary>
    public static ILoggerFactory Factory(RotatingLog file, Notices notices, TimeProvider time) => LoggerFactory.Create(logging => logging
        .SetMinimumLevel(LogLevel.Information)
        .AddFilter("Microsoft", LogLevel.Warning)
        .AddProvider(new RuntimeLogging(file, notices, time)));

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new FileLogger(this, categoryName[(categoryName.LastIndexOf('.') + 1)..]);

    /// <inheritdoc/>
    public void Dispose()
    {
        // The file belongs to whoever opened it.
    }

    private void Write(LogLevel level, string category, string message, Exception? exception)
    {
        var line = new StringBuilder(message.Length + 64)
            .Append(time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)).Append(' ')
            .Append(Name(level)).Append(' ').Append(category).Append(": ").Append(message);
        if (exception is not null) line.AppendLine().Append(exception);
        file.WriteLine(line.ToString());
        if (level >= LogLevel.Warning) notices.Add(exception is null ? $"runtime: {message}" : $"runtime: {message}: {exception.Message}");
    }

    private static string Name(LogLevel level) => level switch
    {
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        LogLevel.Critical => "crit",
        _ => "info",
    };

    private sealed class FileLogger(RuntimeLogging provider, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) provider.Write(logLevel, category, formatter(state, exception), exception);
        }
    }
}
