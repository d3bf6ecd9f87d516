using System.Text.Json;

namespace Dapr.Http;

/// <summary>Reads what the sidecar says went wrong.</summary>
internal static class SidecarErrors
{
    private const int MaxBody = 64 * 1024;

    /// <summary>The start of an error body, at most 64 KiB.</summary>
    public static async Task<byte[]> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        byte[] body = new byte[MaxBody];
        Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        int length = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellationToken);
        return body[..length];
    }

    /// <summary>Code and message of an error body; an exception with code UNKNOWN when it is not in Dapr's form.</summary>
    public static DaprApiException Parse(int status, ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty)
        {
            return status == 404
                ? new DaprApiException("The sidecar answered 404 without a body: the thing does not exist.", "ERR_DOES_NOT_EXIST", isTransient: false)
                : new DaprApiException($"The sidecar answered {status} without a body.");
        }

        try
        {
            DaprError? error = JsonSerializer.Deserialize(body, DaprErrorJson.Default.DaprError);
            return new DaprApiException(error?.Message ?? $"The sidecar answered {status}.", error?.ErrorCode!, isTransient: false);
        }
        catch (JsonException exception)
        {
            return new DaprApiException($"The sidecar answered {status} with a body that is not a Dapr error.", exception);
        }
    }
}
