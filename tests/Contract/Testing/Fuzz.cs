using System.Globalization;
using Xunit.Abstractions;

namespace DaprTrading.Tests.Contract.Testing;

/// <summary>
/// The cases of a fuzz test. Each has a seed of its own; a failure names it, and <c>FUZZ_SEED</c> with <c>FUZZ_CASES=1</c> runs it again.
/// <c>FUZZ_SECONDS</c> goes on with further seeds for that long.
/// </summary>
public sealed class Fuzz
{
    private const int UsualSeed = 20_261_122;

    private readonly int _first;
    private readonly int _cases;
    private readonly TimeSpan _longer;

    private Fuzz(int first, int cases, TimeSpan longer)
    {
        _first = first;
        _cases = cases;
        _longer = longer;
    }

    /// <summary>As many cases as said, unless the environment says otherwise.</summary>
    public static Fuzz Begin(ITestOutputHelper output, int cases)
    {
        int first = Number("FUZZ_SEED") ?? UsualSeed;
        int wanted = Number("FUZZ_CASES") ?? cases;
        TimeSpan longer = TimeSpan.FromSeconds(Number("FUZZ_SECONDS") ?? 0);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"FUZZ_SEED={first} FUZZ_CASES={wanted} FUZZ_SECONDS={longer.TotalSeconds}"));
        return new Fuzz(first, wanted, longer);
    }

    /// <summary>The seeds.</summary>
    public IEnumerable<int> Seeds()
    {
        long started = TimeProvider.System.GetTimestamp();
        for (int i = 0; i < _cases || TimeProvider.System.GetElapsedTime(started) < _longer; i++) yield return unchecked(_first + i);
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number : null;
}

/// <summary>Changes bytes at random.</summary>
public sealed class Mutator(int seed, params string[] snippets)
{
    private readonly Random _random = new(seed);

    /// <summary>The generator, for choices of the test's own.</summary>
    public Random Random => _random;

    /// <summary>One of several.</summary>
    public T One<T>(IReadOnlyList<T> choices) => choices[_random.Next(choices.Count)];

    /// <summary>A copy with one to four changes.</summary>
    public byte[] Change(ReadOnlySpan<byte> bytes)
    {
        List<byte> changed = [.. bytes];
        for (int left = _random.Next(1, 5); left > 0; left--) ChangeOnce(changed);
        return [.. changed];
    }

    private void ChangeOnce(List<byte> bytes)
    {
        int at = _random.Next(bytes.Count + 1);
        int length = Math.Min(bytes.Count - at, _random.Next(1, 40));
        switch (_random.Next(6))
        {
            case 0 when at < bytes.Count:
                bytes[at] = (byte)_random.Next(256);
                break;
            case 1:
                bytes.RemoveRange(at, length);
                break;
            case 2:
                bytes.InsertRange(_random.Next(bytes.Count + 1), bytes.GetRange(at, length));
                break;
            case 3:
                bytes.InsertRange(at, Enumerable.Repeat((byte)One("[{(\"' \t-:/%\\9".ToCharArray()), _random.Next(1, 5000)));
                break;
            default:
                string snippet = One(snippets);
                bytes.InsertRange(at, snippet.Select(c => (byte)c));
                break;
        }
    }
}
