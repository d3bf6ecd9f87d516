namespace Dapr;

/// <summary>The sidecar refused an actor call; carries the error code of its answer.</summary>
public class DaprApiException : DaprException
{
    private const string Unknown = "UNKNOWN";

    public DaprApiException()
        : this(string.Empty, Unknown, isTransient: false)
    {
    }

    public DaprApiException(string message)
        : this(message, Unknown, isTransient: false)
    {
    }

    public DaprApiException(string message, Exception innerException)
        : this(message, innerException, Unknown, isTransient: false)
    {
    }

    public DaprApiException(string errorCode, bool isTransient)
        : this(string.Empty, errorCode, isTransient)
    {
    }

    public DaprApiException(string message, string errorCode, bool isTransient)
        : base(message)
    {
        ErrorCode = errorCode ?? Unknown;
        IsTransient = isTransient;
    }

    public DaprApiException(string message, Exception inner, string errorCode, bool isTransient)
        : base(message, inner)
    {
        ErrorCode = errorCode ?? Unknown;
        IsTransient = isTransient;
    }

    /// <summary>Dapr's code such as <c>ERR_ACTOR_INVOKE_METHOD</c>; <c>UNKNOWN</c> when the answer had none.</summary>
    public string ErrorCode { get; }

    /// <summary>Whether the same call may succeed later. The client itself always says no.</summary>
    public bool IsTransient { get; }
}
