using System.Globalization;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>The local time as RFC 3339 text with whole seconds; formats once a second at most.</summary>
internal sealed class Rfc3339Clock(TimeProvider time)
{
    private volatile Tuple<long, string> _last = Tuple.Create(long.MinValue, "");

    public string Now()
    {
        DateTimeOffset now = time.GetLocalNow();
        Tuple<long, string> last = _last;
        long second = now.ToUnixTimeSeconds();
        if (last.Item1 == second) return last.Item2;
        string text = now.ToString(now.Offset == TimeSpan.Zero ? "yyyy-MM-ddTHH:mm:ssZ" : "yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);
        _last = Tuple.Create(second, text);
        return text;
    }
}
