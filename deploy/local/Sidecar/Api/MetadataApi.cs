using System.Text;
using System.Text.Json;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary><c>GET /v1.0/metadata</c> and <c>PUT /v1.0/metadata/{key}</c>.</summary>
internal static class MetadataApi
{
    /// <summary>The Dapr version whose behaviour this runtime follows.</summary>
    private const string Version = "1.18.2";

    public static Task GetAsync(ApiContext call) => DaprHttp.JsonAsync(call.Http, 200, Json.Write(call.Sidecar, static (writer, sidecar) =>
    {
        writer.WriteStartObject();
        writer.WriteString("id", sidecar.Options.AppId);
        writer.WriteString("runtimeVersion", Version);
        WriteTexts(writer, "enabledFeatures", sidecar.Options.Features.Order(StringComparer.Ordinal));
        IReadOnlyDictionary<string, int> actors = sidecar.Services.Actors.ActiveActors(sidecar);
        WriteActors(writer, "actors", actors);
        WriteComponents(writer, sidecar);
        WriteExtended(writer, sidecar);
        WriteSubscriptions(writer, sidecar.Subscriber.Plans);
        WriteApp(writer, sidecar.Options);
        writer.WriteStartObject("actorRuntime");
        writer.WriteString("runtimeStatus", sidecar.Ready ? "RUNNING" : "INITIALIZING");
        WriteActors(writer, "activeActors", actors);
        writer.WriteBoolean("hostReady", sidecar.Ready);
        writer.WriteString("placement", "placement: connected");
        writer.WriteEndObject();
        WriteNames(writer, "resiliencies", sidecar.Services.Resiliency.ForApp(sidecar.Options.AppId));
        writer.WriteEndObject();
    }));

    public static async Task PutAsync(ApiContext call, string key)
    {
        ReadOnlyMemory<byte> body = await call.ReadBodyAsync();
        call.Sidecar.Extended[key] = Encoding.UTF8.GetString(body.Span);
        await DaprHttp.NoContentAsync(call.Http);
    }

    private static void WriteActors(Utf8JsonWriter writer, string name, IReadOnlyDictionary<string, int> actors)
    {
        if (actors.Count == 0) return;
        writer.WriteStartArray(name);
        foreach (var (type, count) in actors)
        {
            writer.WriteStartObject();
            writer.WriteString("type", type);
            if (count > 0) writer.WriteNumber("count", count);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteComponents(Utf8JsonWriter writer, LocalSidecar sidecar)
    {
        IReadOnlyList<IComponent> components = sidecar.Services.Registry.ForApp(sidecar.Options.AppId);
        if (components.Count == 0) return;
        writer.WriteStartArray("components");
        foreach (IComponent component in components)
        {
            writer.WriteStartObject();
            writer.WriteString("name", component.Name);
            writer.WriteString("type", component.Type);
            writer.WriteString("version", component.Version);
            bool hosts = component is IStateStore && component.Capabilities.Contains("ETAG") && component.Capabilities.Contains("TRANSACTIONAL");
            IEnumerable<string> capabilities = hosts && !component.Capabilities.Contains("ACTOR") ? component.Capabilities.Append("ACTOR") : component.Capabilities;
            WriteTexts(writer, "capabilities", capabilities);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteExtended(Utf8JsonWriter writer, LocalSidecar sidecar)
    {
        writer.WriteStartObject("extended");
        foreach (var (key, value) in sidecar.Extended.OrderBy(pair => pair.Key, StringComparer.Ordinal)) writer.WriteString(key, value);
        if (!sidecar.Extended.ContainsKey("daprRuntimeVersion")) writer.WriteString("daprRuntimeVersion", Version);
        writer.WriteEndObject();
    }

    private static void WriteSubscriptions(Utf8JsonWriter writer, IReadOnlyList<SubscriptionPlan> plans)
    {
        if (plans.Count == 0) return;
        writer.WriteStartArray("subscriptions");
        foreach (SubscriptionPlan plan in plans)
        {
            writer.WriteStartObject();
            writer.WriteString("pubsubname", plan.PubSub);
            writer.WriteString("topic", plan.Topic);
            writer.WriteStartArray("rules");
            foreach (Route route in plan.Routes)
            {
                writer.WriteStartObject();
                if (route.Rule is not null) writer.WriteString("match", route.Rule.Text);
                writer.WriteString("path", route.Path);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            if (plan.Metadata.Count > 0)
            {
                writer.WriteStartObject("metadata");
                foreach (var (key, value) in plan.Metadata) writer.WriteString(key, value);
                writer.WriteEndObject();
            }

            writer.WriteString("deadLetterTopic", plan.DeadLetterTopic ?? "");
            writer.WriteString("type", plan.Kind);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteApp(Utf8JsonWriter writer, SidecarOptions options)
    {
        if (options.AppPort is not { } port) return;
        writer.WriteStartObject("appConnectionProperties");
        writer.WriteNumber("port", port);
        writer.WriteString("protocol", "http");
        writer.WriteString("channelAddress", options.AppHost);
        if (options.AppMaxConcurrency is > 0 and { } most) writer.WriteNumber("maxConcurrency", most);
        if (options.AppHealth is { } health)
        {
            writer.WriteStartObject("health");
            writer.WriteString("healthCheckPath", health.Path);
            writer.WriteString("healthProbeInterval", Durations.Format(health.Interval));
            writer.WriteString("healthProbeTimeout", Durations.Format(health.Timeout));
            writer.WriteNumber("healthThreshold", health.Threshold);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter writer, string name, IEnumerable<string> texts)
    {
        string[] all = [.. texts];
        if (all.Length == 0) return;
        writer.WriteStartArray(name);
        foreach (string text in all) writer.WriteStringValue(text);
        writer.WriteEndArray();
    }

    private static void WriteNames(Utf8JsonWriter writer, string name, IReadOnlyList<string> names)
    {
        if (names.Count == 0) return;
        writer.WriteStartArray(name);
        foreach (string text in names)
        {
            writer.WriteStartObject();
            writer.WriteString("name", text);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
