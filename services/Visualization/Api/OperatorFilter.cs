using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace DaprTrading.Visualization.Api;

/// <summary>Lets a state-changing call pass when it carries the operator key, or when none is configured.</summary>
internal sealed class OperatorFilter(IOptions<OperatorOptions> options) : IEndpointFilter
{
    public const string Header = "X-Operator-Key";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        IsOperator(options.Value.Key, context.HttpContext.Request.Headers[Header].ToString())
            ? await next(context)
            : TypedResults.Problem(
                $"This call changes state and needs the operator key in the header {Header}.",
                statusCode: StatusCodes.Status401Unauthorized, title: "Operator key needed");

    /// <summary>Compares in a time that depends on neither key nor attempt.</summary>
    internal static bool IsOperator(string key, string attempt) => key.Length == 0 || CryptographicOperations.FixedTimeEquals(
        SHA256.HashData(Encoding.UTF8.GetBytes(key)), SHA256.HashData(Encoding.UTF8.GetBytes(attempt)));
}
