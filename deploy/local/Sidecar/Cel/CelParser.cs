namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>Recursive descent over the supported part of CEL's grammar.</summary>
internal sealed class CelParser(List<CelToken> tokens)
{
    private const int MaxNesting = 100;
    private int _at;
    private int _nesting;

    private CelToken Current => tokens[_at];

    public CelNode Parse()
    {
        CelNode root = Or();
        if (Current.Kind != CelTokenKind.End) throw Unexpected();
        return root;
    }

    private CelNode Or()
    {
        if (++_nesting > MaxNesting) throw new CelSyntaxException("nested too deeply");
        CelNode left = And();
        while (Take("||")) left = new CelLogic(or: true, Boolean(left), Boolean(And()));
        _nesting--;
        return left;
    }

    private CelNode And()
    {
        CelNode left = Relation();
        while (Take("&&")) left = new CelLogic(or: false, Boolean(left), Boolean(Relation()));
        return left;
    }

    private CelNode Relation()
    {
        CelNode left = Unary();
        while (Operator() is { } operation)
        {
            _at++;
            CelNode right = Unary();
            if (left.Type != right.Type && left.Type != CelType.Dynamic && right.Type != CelType.Dynamic && operation != "in")
            {
                throw new CelSyntaxException($"no overload for {left.Type} {operation} {right.Type}");
            }

            left = new CelComparison(operation, left, right);
        }

        return left;
    }

    private string? Operator() => Current switch
    {
        { Kind: CelTokenKind.Symbol, Text: "==" or "!=" or "<" or "<=" or ">" or ">=" } symbol => symbol.Text,
        { Kind: CelTokenKind.Name, Text: "in" } => "in",
        _ => null,
    };

    private CelNode Unary()
    {
        if (++_nesting > MaxNesting) throw new CelSyntaxException("nested too deeply");
        CelNode node = Take("!") ? new CelNot(Boolean(Unary())) : Take("-") ? new CelNegative(Unary()) : Postfix(Primary());
        _nesting--;
        return node;
    }

    private CelNode Postfix(CelNode target)
    {
        while (true)
        {
            if (Take("["))
            {
                target = new CelIndex(target, Or());
                Expect("]");
            }
            else if (Take("."))
            {
                string name = Name();
                target = Take("(") ? Call(target, name) : new CelMember(target, name);
            }
            else
            {
                return target;
            }
        }
    }

    private CelNode Call(CelNode target, string name)
    {
        if (name == "size")
        {
            Expect(")");
            return new CelSize(target);
        }

        if (name is not ("startsWith" or "endsWith" or "contains")) throw new CelSyntaxException($"unsupported function {name}()");
        CelNode argument = Or();
        Expect(")");
        return new CelTextCall(name, target, argument);
    }

    private CelNode Primary()
    {
        CelToken token = Current;
        _at++;
        switch (token)
        {
            case { Kind: CelTokenKind.Text }:
                return new CelLiteral(CelValue.From(token.Text));
            case { Kind: CelTokenKind.Number }:
                return new CelLiteral(CelValue.From(token.Number));
            case { Kind: CelTokenKind.Symbol, Text: "(" }:
                CelNode inner = Or();
                Expect(")");
                return inner;
            case { Kind: CelTokenKind.Symbol, Text: "[" }:
                return List();
            case { Kind: CelTokenKind.Name }:
                return Named(token.Text);
            default:
                _at--;
                throw Unexpected();
        }
    }

    private CelNode Named(string name)
    {
        switch (name)
        {
            case "event":
                return new CelEvent();
            case "true" or "false":
                return new CelLiteral(CelValue.From(name == "true"));
            case "null":
                return new CelLiteral(new CelValue(CelType.Null));
            case "has":
                Expect("(");
                CelNode operand = Or();
                Expect(")");
                return operand is CelMember member ? new CelHas(member) : throw new CelSyntaxException("has() needs a field, e.g. has(event.data.x)");
            case "size":
                Expect("(");
                CelNode counted = Or();
                Expect(")");
                return new CelSize(counted);
            default:
                throw new CelSyntaxException($"undeclared reference to '{name}'");
        }
    }

    private CelList List()
    {
        var items = new List<CelNode>();
        while (!Take("]"))
        {
            items.Add(Or());
            if (Take(",")) continue;
            Expect("]");
            break;
        }

        return new CelList(items);
    }

    private string Name()
    {
        CelToken token = Current;
        if (token.Kind != CelTokenKind.Name) throw Unexpected();
        _at++;
        return token.Text;
    }

    private bool Take(string symbol)
    {
        if (Current.Kind != CelTokenKind.Symbol || Current.Text != symbol) return false;
        _at++;
        return true;
    }

    private void Expect(string symbol)
    {
        if (!Take(symbol)) throw new CelSyntaxException($"expected '{symbol}' but found '{Current.Text}' at {Current.Position}");
    }

    private CelSyntaxException Unexpected() => new($"unexpected '{Current.Text}' at {Current.Position}");

    private static CelNode Boolean(CelNode node) =>
        node.Type is CelType.Bool or CelType.Dynamic ? node : throw new CelSyntaxException($"expected a boolean operand, got {node.Type}");
}
