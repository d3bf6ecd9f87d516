using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace DaprTrading.Gateway;

/// <summary>Checks <c>X-Api-Key</c> in constant time, when keys are configured.</summary>
internal sealed class ApiKeys(IOptions<GatewayOptions> options)
{
    public const string Header = "X-Api-Key";
    private readonly byte[][] _hashes = [.. options.Value.ApiKeys.Select(key => SHA256.HashData(Encoding.UTF8.GetBytes(key)))];

    public bool Allows(HttpRequest request)
    {
        if (_hashes.Length == 0) return true;

        byte[] given = SHA256.HashData(Encoding.UTF8.GetBytes(request.Headers[Header].ToString()));
        bool known = false;
        foreach (byte[] hash in _hashes) known |= CryptographicOperations.FixedTimeEquals(hash, given);
        return known;
    }
}
