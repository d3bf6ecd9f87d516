using System.Runtime.Serialization;

namespace Dapr;

/// <summary>A call to the sidecar failed. What the inner exception is depends on the transport: do not look at it.</summary>
public class DaprException : Exception
{
    public DaprException(string message)
        : base(message)
    {
    }

    public DaprException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    [Obsolete("Binary serialization of exceptions is obsolete.", DiagnosticId = "SYSLIB0051")]
    protected DaprException(SerializationInfo info, StreamingContext context)
        : base(info, context)
    {
    }
}
