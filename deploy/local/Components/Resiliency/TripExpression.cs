using System.Globalization;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>What a circuit breaker has counted.</summary>
internal record struct BreakerCounts(long Requests, long TotalSuccesses, long TotalFailures, long ConsecutiveSuccesses, long ConsecutiveFailures);

/// <summary>
/// The condition that opens a circuit breaker: whole numbers, the five counts, <c>+ - * / %</c>, comparisons, <c>&amp;&amp; || !</c> and
/// parentheses, as in CEL.
/// </summary>
internal sealed class TripExpression
{
    private const int MaxLength = 2000;

    private readonly Node _root;

    private TripExpression(Node root) => _root = root;

    private delegate long Node(in BreakerCounts counts);

    /// <summary><c>consecutiveFailures &gt; 5</c>.</summary>
    public static TripExpression Default { get; } = new((in BreakerCounts counts) => counts.ConsecutiveFailures > 5 ? 1 : 0);

    public static bool TryParse(string text, out TripExpression expression, out string? problem)
    {
        try
        {
            if (text.Length > MaxLength) throw new FormatException($"it is longer than {MaxLength} characters");
            expression = new TripExpression(new Parser(text).Parse());
            problem = null;
            return true;
        }
        catch (FormatException wrong)
        {
            expression = Default;
            problem = $"'{(text.Length > MaxLength ? text[..40] + "…" : text)}' is no condition: {wrong.Message}";
            return false;
        }
    }

    /// <summary>Whether the counts meet the condition; a division by zero does not.</summary>
    public bool Met(in BreakerCounts counts)
    {
        try
        {
            return _root(counts) != 0;
        }
        catch (ArithmeticException)
        {
            return false;
        }
    }

    private sealed class Parser(string text)
    {
        private const int MaxDepth = 64;

        private int _at;
        private int _depth;

        public Node Parse()
        {
            var (root, boolean) = Or();
            Skip();
            if (_at < text.Length) throw new FormatException($"unexpected '{text[_at]}' at {_at + 1}");
            return boolean ? root : throw new FormatException("it must compare something, e.g. consecutiveFailures > 5");
        }

        private (Node Node, bool Boolean) Or()
        {
            if (++_depth > MaxDepth) throw new FormatException("nested too deeply");
            var left = And();
            while (Take("||"))
            {
                Node a = Require(left, boolean: true), b = Require(And(), boolean: true);
                left = ((in BreakerCounts c) => a(c) != 0 || b(c) != 0 ? 1 : 0, true);
            }

            _depth--;
            return left;
        }

        private (Node Node, bool Boolean) And()
        {
            var left = Comparison();
            while (Take("&&"))
            {
                Node a = Require(left, boolean: true), b = Require(Comparison(), boolean: true);
                left = ((in BreakerCounts c) => a(c) != 0 && b(c) != 0 ? 1 : 0, true);
            }

            return left;
        }

        private (Node Node, bool Boolean) Comparison()
        {
            var left = Sum();
            string? op = TakeAny(">=", "<=", "==", "!=", ">", "<");
            if (op is null) return left;
            Node a = Require(left, boolean: false), b = Require(Sum(), boolean: false);
            return (op switch
            {
                ">=" => (in BreakerCounts c) => a(c) >= b(c) ? 1 : 0,
                "<=" => (in BreakerCounts c) => a(c) <= b(c) ? 1 : 0,
                "==" => (in BreakerCounts c) => a(c) == b(c) ? 1 : 0,
                "!=" => (in BreakerCounts c) => a(c) != b(c) ? 1 : 0,
                ">" => (in BreakerCounts c) => a(c) > b(c) ? 1 : 0,
                _ => (in BreakerCounts c) => a(c) < b(c) ? 1 : 0,
            }, true);
        }

        private (Node Node, bool Boolean) Sum()
        {
            var left = Product();
            while (TakeAny("+", "-") is { } op)
            {
                Node a = Require(left, boolean: false), b = Require(Product(), boolean: false);
                left = (op == "+" ? (in BreakerCounts c) => checked(a(c) + b(c)) : (in BreakerCounts c) => checked(a(c) - b(c)), false);
            }

            return left;
        }

        private (Node Node, bool Boolean) Product()
        {
            var left = Unary();
            while (TakeAny("*", "/", "%") is { } op)
            {
                Node a = Require(left, boolean: false), b = Require(Unary(), boolean: false);
                left = (op switch
                {
                    "*" => (in BreakerCounts c) => checked(a(c) * b(c)),
                    "/" => (in BreakerCounts c) => a(c) / b(c),
                    _ => (in BreakerCounts c) => a(c) % b(c),
                }, false);
            }

            return left;
        }

        private (Node Node, bool Boolean) Unary()
        {
            bool negated = false;
            while (Take("!")) negated = !negated;
            var operand = Primary();
            if (!negated) return operand;
            Node inner = Require(operand, boolean: true);
            return ((in BreakerCounts c) => inner(c) == 0 ? 1 : 0, true);
        }

        private (Node Node, bool Boolean) Primary()
        {
            if (Take("("))
            {
                var inner = Or();
                return Take(")") ? inner : throw new FormatException("')' is missing");
            }

            int start = _at;
            while (_at < text.Length && char.IsAsciiLetterOrDigit(text[_at])) _at++;
            string word = text[start.._at];
            if (word.Length == 0) throw new FormatException(start < text.Length ? $"unexpected '{text[start]}' at {start + 1}" : "it ends too early");
            if (long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out long number)) return ((in BreakerCounts _) => number, false);
            return word switch
            {
                "true" => ((in BreakerCounts _) => 1, true),
                "false" => ((in BreakerCounts _) => 0, true),
                "requests" => ((in BreakerCounts c) => c.Requests, false),
                "totalSuccesses" => ((in BreakerCounts c) => c.TotalSuccesses, false),
                "totalFailures" => ((in BreakerCounts c) => c.TotalFailures, false),
                "consecutiveSuccesses" => ((in BreakerCounts c) => c.ConsecutiveSuccesses, false),
                "consecutiveFailures" => ((in BreakerCounts c) => c.ConsecutiveFailures, false),
                _ => throw new FormatException(
                    $"'{word}' is none of requests, totalSuccesses, totalFailures, consecutiveSuccesses, consecutiveFailures"),
            };
        }

        private static Node Require((Node Node, bool Boolean) operand, bool boolean) => operand.Boolean == boolean
            ? operand.Node
            : throw new FormatException(boolean ? "a condition is expected on each side of && and ||, and after !" : "a number is expected on each side of an operator");

        private string? TakeAny(params ReadOnlySpan<string> tokens)
        {
            foreach (string token in tokens)
            {
                if (Take(token)) return token;
            }

            return null;
        }

        private bool Take(string token)
        {
            Skip();
            if (!text.AsSpan(_at).StartsWith(token, StringComparison.Ordinal)) return false;
            if (token == "!" && _at + 1 < text.Length && text[_at + 1] == '=') return false;
            _at += token.Length;
            Skip();
            return true;
        }

        private void Skip()
        {
            while (_at < text.Length && char.IsWhiteSpace(text[_at])) _at++;
        }
    }
}
