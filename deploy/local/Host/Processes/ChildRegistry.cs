using System.Text.Json;
using DaprTrading.LocalRuntime.Host.Control;
using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Host.Processes;

/// <summary>A child as written to disk.</summary>
/// <param name="Name">Name of its spec.</param>
/// <param name="Pid">Process id.</param>
/// <param name="StartKey">See <see cref="ProcessIdentity.StartKey"/>.</param>
internal sealed record ChildRecord(string Name, int Pid, string? StartKey);

/// <summary>The list of running children, on disk, so that the next runtime can clean up after one that was killed. Thread-safe.</summary>
internal sealed class ChildRegistry(string path)
{
    private static readonly TimeSpan LongestDeath = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<int, ChildRecord> _children = [];

    /// <summary>Notes a started child.</summary>
    public void Add(ChildProcess child)
    {
        lock (_gate)
        {
            _children[child.Pid] = new ChildRecord(child.Name, child.Pid, child.StartKey);
            Save();
        }
    }

    /// <summary>Notes the end of a child.</summary>
    public void Remove(ChildProcess child)
    {
        lock (_gate)
        {
            if (_children.Remove(child.Pid)) Save();
        }
    }

    /// <summary>
    /// Kills the children a killed runtime has left, each only if it is still the same process, waits until they are gone and empties the list.
    /// </summary>
    /// <returns>How many were killed.</returns>
    public static async Task<int> KillStaleAsync(string path, ILogger logger, TimeProvider time, CancellationToken cancellationToken)
    {
        List<ChildRecord> left = [.. Load(path).Where(IsLeft)];
        foreach (ChildRecord child in left)
        {
            Signals.SendGroup(child.Pid, Signals.Kill);
            Signals.Send(child.Pid, Signals.Kill);
            logger.StaleChildKilled(child.Name, child.Pid);
        }

        long started = time.GetTimestamp();
        while (left.Exists(IsLeft) && time.GetElapsedTime(started) < LongestDeath)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), time, cancellationToken).ConfigureAwait(false);
        }

        File.Delete(path);
        return left.Count;
    }

    /// <summary>
    /// Whether a child lives, or something it started in its group: the kernel ends the children of a killed runtime, not their children. A number
    /// is not given to a new process as long as it names a group, so a group without its first process is still the child's.
    /// </summary>
    private static bool IsLeft(ChildRecord child) =>
        ProcessIdentity.IsAlive(child.Pid, child.StartKey)
        || (ProcessIdentity.IsOfThisBoot(child.StartKey) && ProcessIdentity.StartKey(child.Pid) is null && ProcessIdentity.GroupLives(child.Pid));

    private static ChildRecord[] Load(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), HostJson.Default.ChildRecordArray) ?? [] : [];
        }
        catch (JsonException)
        {
            return [];   // cut off in the middle of writing: pdeathsig has ended the children already
        }
    }

    private void Save() => AtomicFile.Write(path, JsonSerializer.SerializeToUtf8Bytes([.. _children.Values], HostJson.Default.ChildRecordArray));
}
