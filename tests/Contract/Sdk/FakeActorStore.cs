using System.Collections.Concurrent;
using System.Text.Json;

namespace DaprTrading.Tests.Contract.Sdk;

/// <summary>The actor half of a fake sidecar: keeps state, takes reminders and timers, and can be told to fail.</summary>
public sealed class FakeActorStore
{
    public ConcurrentDictionary<string, string> Values { get; } = new();

    /// <summary>Answer to the next saves instead of doing them; null does them.</summary>
    public FakeAnswer? SaveAnswer { get; set; }

    /// <summary>Answer to reading a reminder.</summary>
    public FakeAnswer ReminderAnswer { get; set; } = FakeAnswer.Error(404, "ERR_ACTOR_REMINDER_NOT_FOUND");

    /// <summary>Expiry told with every value read.</summary>
    public string? TtlExpireTime { get; set; }

    public FakeAnswer Answer(FakeCall call)
    {
        string[] parts = call.Target.Split('/');
        string owner = string.Join('/', parts[3..5]);
        return (call.Method, parts[5]) switch
        {
            ("GET", "state") => Values.TryGetValue($"{owner}/{Uri.UnescapeDataString(parts[6])}", out string? value)
                ? new FakeAnswer(200, value, TtlExpireTime: TtlExpireTime)
                : FakeAnswer.Done,
            ("PUT", "state") => SaveAnswer ?? Save(owner, call.Body),
            ("GET", "reminders") => ReminderAnswer,
            _ => FakeAnswer.Done,
        };
    }

    private FakeAnswer Save(string owner, string body)
    {
        foreach (JsonElement operation in JsonElement.Parse(body).EnumerateArray())
        {
            JsonElement request = operation.GetProperty("request");
            string key = $"{owner}/{request.GetProperty("key").GetString()}";
            if (operation.GetProperty("operation").GetString() == "delete")
            {
                Values.TryRemove(key, out _);
            }
            else
            {
                Values[key] = request.GetProperty("value").GetRawText();
            }
        }

        return FakeAnswer.Done;
    }
}
