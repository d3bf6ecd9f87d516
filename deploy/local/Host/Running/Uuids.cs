using System.Text.Json;
using DaprTrading.LocalRuntime.Host.Control;

namespace DaprTrading.LocalRuntime.Host.Running;

/// <summary>The <c>{uuid}</c> of every app instance, kept on disk: consumer groups named by it live on over restarts. Thread-safe.</summary>
internal sealed class Uuids
{
    private readonly Lock _gate = new();
    private readonly string _file;
    private readonly Dictionary<string, string> _byInstance;

    /// <summary>Reads the file when there is one.</summary>
    public Uuids(string file)
    {
        _file = file;
        _byInstance = Load(file);
    }

    /// <summary>The uuid of an instance, made on first use.</summary>
    public string For(string instance)
    {
        lock (_gate)
        {
            if (_byInstance.TryGetValue(instance, out string? known)) return known;

            string made = Guid.NewGuid().ToString("D");
            _byInstance[instance] = made;
            Save();
            return made;
        }
    }

    /// <summary>The instances of an app that have one.</summary>
    public IReadOnlyList<string> Of(string appId)
    {
        lock (_gate) return [.. _byInstance.Keys.Where(name => name.StartsWith(appId + "-", StringComparison.Ordinal) && name.LastIndexOf('-') == appId.Length)];
    }

    /// <summary>An instance is gone for good: one that bears its name later is another.</summary>
    public void Forget(string instance)
    {
        lock (_gate)
        {
            if (_byInstance.Remove(instance)) Save();
        }
    }

    private void Save() => AtomicFile.Write(_file, JsonSerializer.SerializeToUtf8Bytes(_byInstance, HostJson.Default.DictionaryStringString));

    private static Dictionary<string, string> Load(string file)
    {
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize(File.ReadAllBytes(file), HostJson.Default.DictionaryStringString) ?? [] : [];
        }
        catch (JsonException)
        {
            return [];   // not written by this program: new groups are made
        }
    }
}
