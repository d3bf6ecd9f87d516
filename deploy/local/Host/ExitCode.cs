namespace DaprTrading.LocalRuntime.Host;

/// <summary>Exit codes of every command.</summary>
internal static class ExitCode
{
    /// <summary>Everything went well.</summary>
    public const int Ok = 0;

    /// <summary>It was understood but failed.</summary>
    public const int Failed = 1;

    /// <summary>It was not understood.</summary>
    public const int Usage = 2;
}
