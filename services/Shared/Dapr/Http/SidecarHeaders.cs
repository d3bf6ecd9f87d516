namespace Dapr.Http;

internal static class SidecarHeaders
{
    public const string ApiToken = "dapr-api-token";
    public const string ReentrancyId = "Dapr-Reentrancy-Id";
    public const string Json = "application/json";
    public const string JsonUtf8 = "application/json; charset=utf-8";
    public const string CloudEventsJson = "application/cloudevents+json";
    public const string OctetStream = "application/octet-stream";
}
