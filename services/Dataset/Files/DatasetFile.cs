using System.Text.Json.Serialization;

namespace DaprTrading.Dataset.Files;

/// <summary>A file that can be replayed and tested on.</summary>
/// <param name="Name">File name without its extension, or with it where two files would have the same name.</param>
/// <param name="File">File name.</param>
/// <param name="Bytes">Size on disk.</param>
internal sealed record DatasetFile(string Name, string File, long Bytes)
{
    /// <summary>Folder it lies in.</summary>
    [JsonIgnore]
    public string Folder { get; init; } = "";
}
