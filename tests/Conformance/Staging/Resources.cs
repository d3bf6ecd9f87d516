namespace DaprTrading.Conformance.Staging;

/// <summary>Resource documents for checks with components of their own.</summary>
internal static class Resources
{
    public static string Bus(string name = "bus", string metadata = "") => Component(name, "pubsub.redis", "{ name: redisHost, envRef: REDIS_HOST }" + metadata);

    public static string Store(string name = "store") =>
        Component(name, "state.redis", "{ name: redisHost, envRef: REDIS_HOST }, { name: actorStateStore, value: \"true\" }");

    public static string Component(string name, string type, string metadata = "", string spec = "", string version = "v1") => $$"""
        apiVersion: dapr.io/v1alpha1
        kind: Component
        metadata: { name: {{name}} }
        spec: { type: {{type}}, version: {{version}}, metadata: [ {{metadata}} ]{{spec}} }
        """;

    /// <summary>A Configuration; the text is YAML below <c>spec</c>, in one line or indented by none.</summary>
    public static string Configuration(string spec) => $"apiVersion: dapr.io/v1alpha1\nkind: Configuration\nmetadata: {{ name: conformance }}\nspec:\n  "
        + spec.ReplaceLineEndings("\n  ");

    public static string Subscription(string topic, string path) => $$"""
        apiVersion: dapr.io/v2alpha1
        kind: Subscription
        metadata: { name: declared }
        spec: { pubsubname: bus, topic: {{topic}}, routes: { default: {{path}} } }
        """;
}
