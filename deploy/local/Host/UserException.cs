namespace DaprTrading.LocalRuntime.Host;

/// <summary>Something a person has to change. The message says what, and how; it is printed without a stack.</summary>
internal sealed class UserException : Exception
{
    /// <summary>With a message.</summary>
    public UserException(string message) : base(message) { }

    /// <summary>With a message and its cause.</summary>
    public UserException(string message, Exception innerException) : base(message, innerException) { }
}
