using System.Runtime.InteropServices;
using System.Text.Json;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>A state request is not what the API takes; <see cref="Code"/> and <see cref="Status"/> say how it is answered.</summary>
internal sealed class StateRequestException(int status, string code, string message) : Exception(message)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    /// <summary>Name of the key that must not be; null for other errors.</summary>
    public string? IllegalKey { get; private init; }

    public static StateRequestException Illegal(string key) => new(
        400, "ERR_MALFORMED_REQUEST", $"api error: code = InvalidArgument desc = input key/keyPrefix '{key}' can't contain '||'") { IllegalKey = key };
}

/// <summary>Reads the bodies of the state API. Values stay the bytes they are.</summary>
internal static class StateRequests
{
    private const string Missing = "\"key\" is a required field";

    public static IReadOnlyList<StateUpsert> Saves(ReadOnlyMemory<byte> body, string store, StateTarget target, IReadOnlyDictionary<string, string> url)
    {
        using JsonDocument document = Json.Document(body);
        if (document.RootElement.ValueKind != JsonValueKind.Array) throw new JsonException("expected an array of items");
        var items = new List<StateUpsert>(document.RootElement.GetArrayLength());
        foreach (JsonElement element in document.RootElement.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.Object) throw new JsonException("expected an item object");
            items.Add(Upsert(element, store, target, url, "ERR_STATE_SAVE"));
        }

        return items;
    }

    public static IReadOnlyList<StateOperation> Operations(
        ReadOnlyMemory<byte> body, string store, StateTarget target, IReadOnlyDictionary<string, string> url)
    {
        using JsonDocument document = Json.Document(body);
        if (document.RootElement.ValueKind != JsonValueKind.Object) throw new JsonException("expected an object with operations");
        var operations = new List<StateOperation>();
        if (Json.Member(document.RootElement, "operations") is not { } given) return operations;
        if (given.ValueKind != JsonValueKind.Array) throw new JsonException("operations: expected an array");
        foreach (JsonElement element in given.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.Object) throw new JsonException("operations: expected objects");
            string kind = Json.Text(element, "operation");
            if (kind is not ("upsert" or "delete"))
            {
                throw new StateRequestException(400, "ERR_NOT_SUPPORTED_STATE_OPERATION", $"operation type {kind} not supported");
            }

            if (Json.Member(element, "request") is not { ValueKind: JsonValueKind.Object } request) throw new JsonException("operations.request: expected an object");
            operations.Add(kind == "upsert"
                ? Upsert(request, store, target, url, "ERR_STATE_TRANSACTION")
                : (StateDelete)Common(request, new StateDelete(Key(request, target)), store, url, "ERR_STATE_TRANSACTION"));
        }

        return operations;
    }

    public static IReadOnlyList<string> Keys(ReadOnlyMemory<byte> body)
    {
        using JsonDocument document = Json.Document(body);
        if (document.RootElement.ValueKind != JsonValueKind.Object) throw new JsonException("expected an object with keys");
        IReadOnlyList<string> keys = Json.Strings(Json.Member(document.RootElement, "keys"));
        foreach (string key in keys) CheckKey(key);
        return keys;
    }

    public static string CheckKey(string key) =>
        key.Contains("||", StringComparison.Ordinal) ? throw StateRequestException.Illegal(key) : key;

    public static StateConcurrency Concurrency(string text, string store, string code) => text switch
    {
        "" => StateConcurrency.Unspecified,
        "first-write" => StateConcurrency.FirstWrite,
        "last-write" => StateConcurrency.LastWrite,
        _ => throw new StateRequestException(500, code, Failed(code, store, $"unrecognized concurrency model {text}")),
    };

    public static bool Strong(string text, string store, string code) => text switch
    {
        "" or "eventual" => false,
        "strong" => true,
        _ => throw new StateRequestException(500, code, Failed(code, store, $"unrecognized consistency model {text}")),
    };

    public static string Failed(string code, string store, string error) => code switch
    {
        "ERR_STATE_TRANSACTION" => $"error while executing state transaction: {error}",
        "ERR_STATE_DELETE" => $"failed deleting state with key {store}: {error}",
        _ => $"failed saving state in state store {store}: {error}",
    };

    private static StateUpsert Upsert(JsonElement request, string store, StateTarget target, IReadOnlyDictionary<string, string> url, string code)
    {
        JsonElement? value = Json.Member(request, "value");
        // A copy: the document lives in pooled memory, the store may keep the value.
        byte[] bytes = value is { } given ? JsonMarshal.GetRawUtf8Value(given).ToArray() : "null"u8.ToArray();
        return (StateUpsert)Common(request, new StateUpsert(Key(request, target), bytes), store, url, code);
    }

    private static string Key(JsonElement request, StateTarget target)
    {
        string key = Json.Text(request, "key");
        if (key.Length == 0) throw new StateRequestException(400, "ERR_MALFORMED_REQUEST", Missing);
        return target.Stored(CheckKey(key));
    }

    private static StateOperation Common(JsonElement request, StateOperation operation, string store, IReadOnlyDictionary<string, string> url, string code)
    {
        JsonElement? options = Json.Member(request, "options");
        bool has = options is { ValueKind: JsonValueKind.Object };
        return operation with
        {
            ETag = Json.Text(request, "etag") is { Length: > 0 } etag ? etag : null,
            Concurrency = has ? Concurrency(Json.Text(options!.Value, "concurrency"), store, code) : StateConcurrency.Unspecified,
            StrongConsistency = has && Strong(Json.Text(options!.Value, "consistency"), store, code),
            Metadata = Merge(Json.Map(Json.Member(request, "metadata")), url),
        };
    }

    private static IReadOnlyDictionary<string, string> Merge(IReadOnlyDictionary<string, string> own, IReadOnlyDictionary<string, string> url)
    {
        if (url.Count == 0) return own;
        if (own.Count == 0) return url;
        var merged = new Dictionary<string, string>(own, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in url) merged[name] = value;
        return merged;
    }
}
