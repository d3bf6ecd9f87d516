using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace DaprTrading.Visualization.Api;

/// <summary>Lets a state-changing call pass when it carries an operator key, or when none is configured.</summary>
internal sealed class OperatorFilter(IOptions<OperatorOptions> options) : IEndpointFilter
{
    public const string Header = "X-Operator-Key";

    private const string Unnamed = "operator";
    private static readonly object Name = new();

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        HttpContext http = context.HttpContext;
        bool allowed = IsOperator(options.Value, http.Request.Headers[Header].ToString(), out string? name);
        http.Items[Name] = name;
        return allowed
            ? await next(context)
            : TypedResults.Problem(
                $"This call changes state and needs the operator key in the header {Header}.",
                statusCode: StatusCodes.Status401Unauthorized, title: "Operator key needed");
    }

    /// <summary>Who makes the call; null when keys are not used.</summary>
    public static string? NameOf(HttpContext http) => http.Items[Name] as string;

    /// <summary>Compares in a time that depends on neither key nor attempt.</summary>
    internal static bool IsOperator(OperatorOptions operators, string attempt, out string? name)
    {
        name = null;
        if (operators.Key.Length == 0 && operators.Keys.Count == 0)
            return true;

        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(attempt));
        if (operators.Key.Length > 0 && IsSame(operators.Key, hash))
            name = Unnamed;
        foreach ((string holder, string key) in operators.Keys)
        {
            if (key.Length > 0 && IsSame(key, hash))
                name = holder;
        }

        return name is not null;
    }

    private static bool IsSame(string key, byte[] hash) => CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(key)), hash);
}
