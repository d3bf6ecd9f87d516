using System.Net.Sockets;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>Whether an app's port accepts connections.</summary>
internal static class AppPort
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    public static async Task WaitAsync(SidecarOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        while (!await AcceptsAsync(options, cancellationToken)) await Task.Delay(Between, time, cancellationToken);
    }

    public static async Task<bool> AcceptsAsync(SidecarOptions options, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Longest);
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(options.AppHost, options.AppPort!.Value, limit.Token);
            return true;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
