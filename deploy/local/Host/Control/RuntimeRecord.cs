using System.Text.Json;
using DaprTrading.LocalRuntime.Host.Processes;

namespace DaprTrading.LocalRuntime.Host.Control;

/// <summary>The running runtime as its data folder shows it.</summary>
/// <param name="Pid">Process id.</param>
/// <param name="StartKey">See <see cref="ProcessIdentity.StartKey"/>.</param>
/// <param name="Control">Address of the control API.</param>
/// <param name="Token">Token of the control API.</param>
/// <param name="State"><c>starting</c>, <c>running</c> or <c>stopping</c>.</param>
internal sealed record RuntimeRecord(int Pid, string? StartKey, string Control, string Token, string State)
{
    /// <summary>The live runtime of a data folder; null when none runs.</summary>
    public static RuntimeRecord? Find(DataDirectory data)
    {
        try
        {
            if (!File.Exists(data.RuntimeFile)) return null;
            var record = JsonSerializer.Deserialize(File.ReadAllBytes(data.RuntimeFile), HostJson.Default.RuntimeRecord);
            return record is not null && ProcessIdentity.IsAlive(record.Pid, record.StartKey) ? record : null;
        }
        catch (Exception e) when (e is JsonException or FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Writes it, readable by the owner only.</summary>
    public void Save(DataDirectory data) => AtomicFile.Write(data.RuntimeFile, JsonSerializer.SerializeToUtf8Bytes(this, HostJson.Default.RuntimeRecord));
}
