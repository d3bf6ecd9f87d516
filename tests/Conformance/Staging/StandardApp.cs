namespace DaprTrading.Conformance.Staging;

/// <summary>The start-up answers of the app <c>web</c> on the standard sidecar: one topic per kind of subscription, one actor type per setting.</summary>
public static class StandardApp
{
    /// <summary>Answer to <c>GET /dapr/config</c>.</summary>
    public const string Configuration = """
        {"entities":["T","Idle","Re","Retried"],"actorIdleTimeout":"1h","drainOngoingCallTimeout":"5s",
         "entitiesConfig":[{"entities":["Idle"],"actorIdleTimeout":"2s"},{"entities":["Re"],"reentrancy":{"enabled":true,"maxStackDepth":3}}]}
        """;

    /// <summary>Answer to <c>GET /dapr/subscribe</c>.</summary>
    public const string Subscriptions = """
        [{"pubsubname":"bus","topic":"conf-plain","route":"/plain"},
         {"pubsubName":"bus","topic":"conf-case","route":"case"},
         {"pubsubname":"bus","topic":"conf-raw","route":"/raw","metadata":{"rawPayload":"true"}},
         {"pubsubname":"bus","topic":"conf-rules","routes":{"rules":[{"match":"event.type == \"a\"","path":"/a"}],"default":"/d"}},
         {"pubsubname":"bus","topic":"conf-strict","routes":{"rules":[{"match":"event.type == \"a\"","path":"/strict"}]}},
         {"pubsubname":"bus","topic":"conf-order","routes":{"rules":[{"match":"true","path":"/first"},{"match":"true","path":"/second"}]}},
         {"pubsubname":"bus","topic":"conf-dead","route":"/dying","deadLetterTopic":"conf-dead-letters"},
         {"pubsubname":"bus","topic":"conf-dead-letters","route":"/dead"},
         {"pubsubname":"bus","topic":"conf-dead-raw","route":"/dead-raw","metadata":{"rawPayload":"true"}},
         {"pubsubname":"bus","topic":"conf-no-json","route":"/no-json","deadLetterTopic":"conf-dead-raw"},
         {"pubsubname":"bus-retry","topic":"conf-retry","route":"/retry","deadLetterTopic":"conf-retry-dead"},
         {"pubsubname":"bus-retry","topic":"conf-retry-dead","route":"/retry-dead"},
         {"pubsubname":"bus-503","topic":"conf-503","route":"/only503"},
         {"pubsubname":"bus","topic":"conf-both","route":"/programmatic"},
         {"pubsubname":"bus","topic":"conf-bulk","route":"/bulk","bulkSubscribe":{"enabled":true,"maxMessagesCount":100,"maxAwaitDurationMs":300}},
         {"pubsubname":"bus-retry","topic":"conf-bulk-retry","route":"/bulk-retry","bulkSubscribe":{"enabled":true,"maxMessagesCount":100,"maxAwaitDurationMs":300}},
         {"pubsubname":"bus-retry","topic":"conf-bulk-empty","route":"/bulk-empty","bulkSubscribe":{"enabled":true,"maxMessagesCount":100,"maxAwaitDurationMs":300}},
         {"pubsubname":"bus","topic":"conf-bulk-raw","route":"/bulk-raw","metadata":{"rawPayload":"true"},
          "bulkSubscribe":{"enabled":true,"maxMessagesCount":100,"maxAwaitDurationMs":300}}]
        """;

    /// <summary>The app, not listening yet.</summary>
    public static ScriptedApp Create()
    {
        var app = new ScriptedApp { Subscriptions = Subscriptions, Configuration = Configuration };
        // A bulk answer without statuses makes everything come again: what no check waits for is taken.
        app.On(seen => seen.Path.StartsWith("/bulk", StringComparison.Ordinal), BulkAnswers.AllAsync);
        return app;
    }
}
