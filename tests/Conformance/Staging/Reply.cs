using System.Text.Json;
using DaprTrading.Conformance.Running;

namespace DaprTrading.Conformance.Staging;

/// <summary>An answer of the sidecar, with what is expected of it.</summary>
/// <param name="Asked">The request in short.</param>
/// <param name="Status">Status.</param>
/// <param name="Headers">Headers, names without regard to case.</param>
/// <param name="Body">Body.</param>
public sealed record Reply(string Asked, int Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    /// <summary>The body as JSON.</summary>
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary>A header; empty when it is missing.</summary>
    public string Header(string name) => Headers.GetValueOrDefault(name) ?? "";

    /// <summary>Expects a status; 204 expects no body too.</summary>
    public Reply Is(int status)
    {
        if (Status != status) throw new CheckFailedException($"{Asked}: expected {status}, got {Status} {Short(Body)}");
        if (status == 204 && Body.Length > 0) throw new CheckFailedException($"{Asked}: expected no body with 204, got {Short(Body)}");
        return this;
    }

    /// <summary>Expects a Dapr error whose message holds a text.</summary>
    public Reply Is(int status, string errorCode, string message = "")
    {
        Is(status);
        if (!Body.StartsWith('{')) throw new CheckFailedException($"{Asked}: expected a JSON error, got {Short(Body)}");
        string code = Json.TryGetProperty("errorCode", out JsonElement given) ? given.ToString() : "";
        string text = Json.TryGetProperty("message", out JsonElement said) ? said.ToString() : "";
        if (code != errorCode) throw new CheckFailedException($"{Asked}: expected errorCode {errorCode}, got {Short(Body)}");
        if (!text.Contains(message, StringComparison.Ordinal)) throw new CheckFailedException($"{Asked}: expected a message with '{message}', got '{text}'");
        return this;
    }

    /// <summary>Expects exactly this body.</summary>
    public Reply Says(string body) => Body == body ? this : throw new CheckFailedException($"{Asked}: expected the body {Short(body)}, got {Short(Body)}");

    private static string Short(string text) => text.Length <= 200 ? $"'{text}'" : $"'{text[..200]}…'";
}
