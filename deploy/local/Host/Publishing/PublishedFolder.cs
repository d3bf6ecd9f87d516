using System.Text.Json;
using DaprTrading.LocalRuntime.Host.Control;

namespace DaprTrading.LocalRuntime.Host.Publishing;

/// <summary>What a folder made by <c>publish-apps</c> says of itself, in its <c>published.json</c>.</summary>
/// <param name="SelfContained">Whether its programs bring .NET with them.</param>
/// <param name="Programs">Path of each program, relative to the folder, by project name.</param>
internal sealed record PublishedFolder(bool SelfContained, IReadOnlyDictionary<string, string> Programs)
{
    private const string FileName = "published.json";

    /// <summary>The published folder a program runs in; null when it runs from somewhere else.</summary>
    public static string? Above(string folder) =>
        Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(folder)) is { } above && File.Exists(Path.Combine(above, FileName)) ? above : null;

    /// <summary>Whether <paramref name="folder"/> was made by <c>publish-apps</c>.</summary>
    public static bool Is(string folder) => File.Exists(Path.Combine(folder, FileName));

    /// <summary>Reads it.</summary>
    /// <exception cref="UserException">The file is damaged.</exception>
    public static PublishedFolder Read(string folder)
    {
        string file = Path.Combine(folder, FileName);
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file), ReadableJson.Default.PublishedFolder)
                ?? throw new UserException($"{file} is empty: publish again.");
        }
        catch (JsonException e)
        {
            throw new UserException($"{file} is damaged ({e.Message}): publish again.", e);
        }
    }

    /// <summary>Writes it.</summary>
    public void Save(string folder) =>
        File.WriteAllBytes(Path.Combine(folder, FileName), JsonSerializer.SerializeToUtf8Bytes(this, ReadableJson.Default.PublishedFolder));
}
