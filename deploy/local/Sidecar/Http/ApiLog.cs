using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Sidecars;

internal static partial class ApiLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "{Method} {Path} broke off: {Error}")]
    public static partial void BrokeOff(ILogger logger, string method, PathString path, string error);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    public static partial void Failed(ILogger logger, string method, PathString path, Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "stopping the sidecar failed: {Error}")]
    public static partial void StopFailed(ILogger logger, string error);
}
