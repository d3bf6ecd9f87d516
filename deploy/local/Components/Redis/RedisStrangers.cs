using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>
/// Consumer groups named by a <c>{uuid}</c> that no instance of this run reads for. One whose consumers have not asked for entries for long, although
/// there are some, has nobody behind it; should somebody come back all the same, the group is made anew from the beginning of the stream.
/// </summary>
/// <param name="isOurs">Whether a group is read in this process.</param>
/// <param name="idle">How long the consumers of a group may be silent.</param>
/// <param name="logger">Log.</param>
internal sealed partial class RedisStrangers(Func<StreamGroup, bool> isOurs, TimeSpan idle, ILogger logger)
{
    private const int UuidLength = 36;

    /// <summary>How long the consumers of a group that is nobody's here may be silent.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>Time between two looks at one stream.</summary>
    public TimeSpan Interval => idle / 10;

    /// <summary>Removes those of a stream that are to be removed.</summary>
    /// <returns>The groups that stay.</returns>
    public async Task<StreamGroupState[]> RemoveAsync(RedisClient client, string topic, StreamGroupState[] groups, CancellationToken cancellationToken)
    {
        var stay = new List<StreamGroupState>(groups.Length);
        foreach (StreamGroupState group in groups)
        {
            if (!await IsAbandonedAsync(client, new StreamGroup(topic, group.Name), cancellationToken).ConfigureAwait(false))
            {
                stay.Add(group);
                continue;
            }

            await StreamCommands.DestroyGroupAsync(client, new StreamGroup(topic, group.Name), cancellationToken).ConfigureAwait(false);
            Removed(group.Name, topic, idle.TotalMinutes);
        }

        return [.. stay];
    }

    private async Task<bool> IsAbandonedAsync(RedisClient client, StreamGroup group, CancellationToken cancellationToken) =>
        EndsWithUuid(group.Group) && !isOurs(group)
        && await StreamCommands.IdleAsync(client, group, cancellationToken).ConfigureAwait(false) is { } silent && silent >= idle.TotalMilliseconds;

    private static bool EndsWithUuid(string name) =>
        name.Length > UuidLength && name[^(UuidLength + 1)] == '-' && Guid.TryParseExact(name.AsSpan(name.Length - UuidLength), "D", out _);

    [LoggerMessage(Level = LogLevel.Information, Message = "consumer group {Group} of topic {Topic} is removed: it is no instance's of this run, and nobody has read for it for {Minutes:0.##} min")]
    private partial void Removed(string group, string topic, double minutes);
}
