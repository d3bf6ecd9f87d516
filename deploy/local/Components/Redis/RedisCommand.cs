using System.Buffers;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>Writes one or several commands.</summary>
internal delegate void RespEncoder<in TState>(ref RespWriter writer, TState state);

/// <summary>Reads the replies of what an encoder wrote; runs on the connection's reading loop, so it only copies.</summary>
internal delegate T RespParser<out T>(ref RespReader reader);

/// <summary>Commands sent together, waiting for their replies.</summary>
internal abstract class RedisCommand(int replies)
{
    /// <summary>Number of replies to wait for.</summary>
    public int Replies => replies;

    /// <summary>Bytes on their way.</summary>
    public long Size { get; set; }

    /// <summary>When it was sent, as the clock's timestamp.</summary>
    public long SentAt { get; set; }

    public abstract void Complete(in ReadOnlySequence<byte> reply);

    public abstract void Fail(Exception failure);
}

/// <summary>Commands whose replies make one value.</summary>
internal sealed class RedisCommand<T>(int replies, RespParser<T> parse) : RedisCommand(replies)
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Task => _completion.Task;

    public override void Complete(in ReadOnlySequence<byte> reply)
    {
        try
        {
            var reader = new RespReader(reply);
            _completion.TrySetResult(parse(ref reader));
        }
        catch (Exception failure)
        {
            _completion.TrySetException(failure);
        }
    }

    public override void Fail(Exception failure) => _completion.TrySetException(failure);
}

/// <summary>Redis refused a command.</summary>
/// <param name="message">What it said, e.g. <c>NOSCRIPT No matching script.</c></param>
internal sealed class RedisServerException(string message) : Exception(message)
{
    /// <summary>Whether the message starts with an error code.</summary>
    public bool Is(string code) => Message.StartsWith(code, StringComparison.Ordinal) && (Message.Length == code.Length || Message[code.Length] == ' ');
}

/// <summary>Something that is not the reply expected.</summary>
internal sealed class RedisProtocolException(string message) : Exception(message);
