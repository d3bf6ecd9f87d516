using System.Globalization;

namespace DaprTrading.LocalRuntime.Host.Processes;

/// <summary>Lets the runtime handle what arrives on a socket on the thread that saw it arrive, instead of waking another one for it.</summary>
/// <remarks>
/// Nothing in the runtime blocks a thread, so the hand-over buys nothing, and on few cores it costs a third of the time of a relayed call
/// (<c>./run bench dapr --only invoke</c>). Half of the cores watch sockets: the apps need the others. .NET reads these variables when the first socket
/// is used and offers no other switch. Apps do not inherit them: whether they may block is not the runtime's to know.
/// </remarks>
internal static class SocketThreads
{
    private const string Inline = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";
    private const string Count = "DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT";

    /// <summary>To be called before the process uses a socket.</summary>
    public static void HandleInline()
    {
        Environment.SetEnvironmentVariable(Inline, "1");
        Environment.SetEnvironmentVariable(Count, Math.Max(1, Environment.ProcessorCount / 2).ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Takes the variables out of a child's environment.</summary>
    public static void Forget(IDictionary<string, string?> environment)
    {
        environment.Remove(Inline);
        environment.Remove(Count);
    }
}
