using DaprTrading.Conformance.Running;

namespace DaprTrading.Conformance.Checks;

/// <summary>Every check, by number.</summary>
public static class AllChecks
{
    /// <summary>The list.</summary>
    public static IReadOnlyList<Check> List { get; } =
    [
        .. In("Common API", [.. CommonChecks.List, .. TextCommonChecks.List]), .. In("Publish", [.. PublishChecks.List, .. PublishRuleChecks.List]),
        .. In("Subscribe and deliver", [.. SubscribeChecks.List, .. AnswerChecks.List, .. BulkChecks.List, .. TextPubSubChecks.List]),
        .. In("State", [.. StateChecks.List, .. TextStateChecks.List, .. SqlStateChecks.List]), .. In("Invocation", [.. InvocationChecks.List, .. TextInvocationChecks.List]),
        .. In("Actors", [.. ActorChecks.List, .. ScheduleChecks.List, .. ActorHostChecks.List, .. TextActorChecks.List]), .. In("Start-up, health, resources", StartUpChecks.List), .. In("Resiliency", ResiliencyChecks.List),
    ];

    private static IEnumerable<Check> In(string section, IEnumerable<Check> checks) =>
        checks.OrderBy(check => check.Id).Select(check => check with { Section = section });
}
