using System.Text.Json.Serialization;

namespace DaprTrading.Tests.Fenced;

/// <summary>What an actor stores: who wrote last, and what was counted.</summary>
/// <param name="Owner">The activation that wrote it.</param>
/// <param name="Turn">Its turn.</param>
/// <param name="Open">True from the start of the turn to its end.</param>
/// <param name="Count">Calls counted so far.</param>
/// <param name="Done">The highest number counted of each client: a call that comes again is not counted again.</param>
public sealed record Fence(string Owner, string Turn, bool Open, long Count, IReadOnlyDictionary<string, long> Done)
{
    /// <summary>Before the first turn.</summary>
    public static Fence None { get; } = new("", "", false, 0, new Dictionary<string, long>());

    /// <summary>With one more call; the same when it was counted before.</summary>
    public Fence Counting(string client, long number)
    {
        if (Done.GetValueOrDefault(client) >= number) return this;
        return this with { Count = Count + 1, Done = new Dictionary<string, long>(Done) { [client] = number } };
    }
}

/// <summary>A call of a client.</summary>
/// <param name="Client">Who calls.</param>
/// <param name="Number">Rising per client and actor.</param>
public sealed record CountRequest(string Client, long Number);

/// <summary>JSON of the fence, of the calls and of the log.</summary>
[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Fence))]
[JsonSerializable(typeof(CountRequest))]
[JsonSerializable(typeof(FenceEvent))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(FenceWrite[]))]
public sealed partial class FenceJson : JsonSerializerContext;
