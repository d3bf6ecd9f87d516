using Microsoft.AspNetCore.Http;

namespace DaprTrading.LocalRuntime.Actors;

/// <summary>The answers several actor endpoints share.</summary>
internal static class ActorErrors
{
    public const string ReservedPrefix = "dapr.internal.";

    /// <summary>A 500.</summary>
    public static Task FailAsync(HttpContext http, string code, string message) =>
        DaprHttp.ErrorAsync(http, StatusCodes.Status500InternalServerError, code, message);

    public static Task BadRequestAsync(HttpContext http, string detail) =>
        DaprHttp.ErrorAsync(http, StatusCodes.Status400BadRequest, "ERR_BAD_REQUEST", $"invalid request: {detail}");

    public static Task MalformedAsync(HttpContext http, string detail) =>
        DaprHttp.ErrorAsync(http, StatusCodes.Status400BadRequest, "ERR_MALFORMED_REQUEST", $"failed deserializing HTTP body: {detail}");

    public static Task BodyReadAsync(HttpContext http, string detail) =>
        DaprHttp.ErrorAsync(http, StatusCodes.Status400BadRequest, "ERR_BODY_READ", $"failed to read request body: {detail}");

    public static Task NoStateStoreAsync(HttpContext http) =>
        DaprHttp.ErrorAsync(
            http, StatusCodes.Status500InternalServerError, "ERR_ACTOR_RUNTIME_NOT_FOUND",
            "the state store is not configured to use the actor runtime. Have you set the - name: actorStateStore value: \"true\" "
            + "in your state store component file?");

    public static Task InstanceMissingAsync(HttpContext http) =>
        DaprHttp.ErrorAsync(http, StatusCodes.Status400BadRequest, "ERR_ACTOR_INSTANCE_MISSING", "actor instance is missing");

    public static Task ReservedTypeAsync(HttpContext http, string type) =>
        DaprHttp.ErrorAsync(
            http, StatusCodes.Status403Forbidden, "ERR_ACTOR_TYPE_RESERVED",
            $"actor type \"{type}\" is reserved for the Dapr workflow runtime; direct actor API access is not permitted");

    public static Task ClosedAsync(HttpContext http) =>
        DaprHttp.ErrorAsync(http, StatusCodes.Status503ServiceUnavailable, "ERR_ACTOR_RUNTIME_CLOSED", "actor runtime is closed");

    /// <summary>No route: what daprd's service invocation says to a path without an app id.</summary>
    public static Task NoRouteAsync(HttpContext http) =>
        DaprHttp.ErrorAsync(
            http, StatusCodes.Status404NotFound, "ERR_DIRECT_INVOKE",
            "failed getting app id either from the URL path or the header dapr-app-id");
}
