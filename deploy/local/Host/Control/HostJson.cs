using System.Text.Json;
using System.Text.Json.Serialization;
using DaprTrading.LocalRuntime.Host.DeadLetters;
using DaprTrading.LocalRuntime.Host.Processes;
using DaprTrading.LocalRuntime.Host.Publishing;
using DaprTrading.LocalRuntime.Host.Testing;

namespace DaprTrading.LocalRuntime.Host.Control;

/// <summary>JSON of the control API and of the files in the data folder.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(StatusDocument))]
[JsonSerializable(typeof(RuntimeRecord))]
[JsonSerializable(typeof(ChildRecord[]))]
[JsonSerializable(typeof(ScaleRequest))]
[JsonSerializable(typeof(KillRequest))]
[JsonSerializable(typeof(ControlAnswer))]
[JsonSerializable(typeof(RepublishRequest))]
[JsonSerializable(typeof(DeadLetter))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(VitestReport))]
internal sealed partial class HostJson : JsonSerializerContext;

/// <summary>JSON for people to read.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(StatusDocument))]
[JsonSerializable(typeof(PublishedFolder))]
internal sealed partial class ReadableJson : JsonSerializerContext;
