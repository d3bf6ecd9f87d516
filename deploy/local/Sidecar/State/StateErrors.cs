using Microsoft.AspNetCore.Http;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>The errors of the state API.</summary>
internal static class StateErrors
{
    private const string Mismatch = "possible etag mismatch. error from state store";
    private const string Invalid = "invalid etag value";

    public static Task NoStoreAsync(ApiContext call, string store) => call.Sidecar.States.Any
        ? ApiErrors.RichAsync(call.Http, 400, "ERR_STATE_STORE_NOT_FOUND", $"state store {store} is not found", new ErrorDetails("DAPR_STATE_NOT_FOUND"))
        : ApiErrors.RichAsync(
            call.Http, 500, "ERR_STATE_STORE_NOT_CONFIGURED", $"state store {store} is not configured", new ErrorDetails("DAPR_STATE_NOT_CONFIGURED"));

    public static Task RequestAsync(HttpContext http, string store, StateRequestException error) => error.IllegalKey is null
        ? DaprHttp.ErrorAsync(http, error.Status, error.Code, error.Message)
        : ApiErrors.RichAsync(http, error.Status, error.Code, error.Message, new ErrorDetails("DAPR_STATE_ILLEGAL_KEY", "state", store));

    /// <summary>What the store said: a conflict is 409 and a bad ETag 400, except in a transaction.</summary>
    public static Task StoreAsync(HttpContext http, string code, string subject, Exception error)
    {
        (int status, string text) = error switch
        {
            StateConflictException => (409, Prefixed(Mismatch, error.Message)),
            InvalidETagException => (400, Prefixed(Invalid, error.Message)),
            _ => (500, error.Message),
        };
        return DaprHttp.ErrorAsync(http, code == "ERR_STATE_TRANSACTION" ? 500 : status, code, StateRequests.Failed(code, subject, text));
    }

    private static string Prefixed(string prefix, string message) =>
        message.Contains(prefix, StringComparison.Ordinal) ? message : $"{prefix}: {message}";
}
