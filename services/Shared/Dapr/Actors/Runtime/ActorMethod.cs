using System.IO.Pipelines;
using System.Linq.Expressions;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Dapr.Http;

namespace Dapr.Actors.Runtime;

/// <summary>One method of an actor, ready to be called with JSON: everything about its signature was looked up at start.</summary>
internal sealed class ActorMethod
{
    private readonly Func<Actor, object?, CancellationToken, Task> _call;
    private readonly Type? _argument;
    private readonly ActorMethodResult? _result;
    private readonly JsonSerializerOptions _json;

    private ActorMethod(string name, Func<Actor, object?, CancellationToken, Task> call, Type? argument, ActorMethodResult? result,
        JsonSerializerOptions json)
    {
        Context = new ActorMethodContext(name, ActorCallType.ActorInterfaceMethod);
        _call = call;
        _argument = argument;
        _result = result;
        _json = json;
    }

    public ActorMethodContext Context { get; }

    public bool HasResult => _result is not null;

    public static ActorMethod Create(MethodInfo method, JsonSerializerOptions json)
    {
        ParameterInfo[] parameters = method.GetParameters();
        bool hasToken = parameters is [.., { ParameterType: var last }] && last == typeof(CancellationToken);
        Type[] arguments = [.. parameters[..(hasToken ? ^1 : ^0)].Select(parameter => parameter.ParameterType)];
        Type result = method.ReturnType;
        return new ActorMethod(
            method.Name,
            arguments.Length > 1 ? TooManyArguments(method) : Compile(method, arguments, hasToken),
            arguments.Length == 1 ? arguments[0] : null,
            result == typeof(Task) ? null : ActorMethodResult.Create(result.GetGenericArguments()[0], json),
            json);
    }

    /// <summary>Reads the argument from a request body.</summary>
    public ValueTask<object?> ReadArgumentAsync(PipeReader body, CancellationToken cancellationToken) => _argument is null
        ? default
        : JsonSerializer.DeserializeAsync(body, _json.TypeInfo(_argument), cancellationToken);

    public Task CallAsync(Actor actor, object? argument, CancellationToken cancellationToken) => _call(actor, argument, cancellationToken);

    /// <summary>Writes the result of a call that has ended well.</summary>
    public Task WriteResultAsync(Task call, PipeWriter body, CancellationToken cancellationToken) =>
        _result?.WriteAsync(call, body, cancellationToken) ?? Task.CompletedTask;

    private static Func<Actor, object?, CancellationToken, Task> Compile(MethodInfo method, Type[] arguments, bool hasToken)
    {
        ParameterExpression actor = Expression.Parameter(typeof(Actor));
        ParameterExpression argument = Expression.Parameter(typeof(object));
        ParameterExpression token = Expression.Parameter(typeof(CancellationToken));
        var values = new List<Expression>(arguments.Select(type => Expression.Convert(argument, type)));
        if (hasToken)
        {
            values.Add(token);
        }

        Expression call = Expression.Call(Expression.Convert(actor, method.DeclaringType!), method, values);
        return Expression.Lambda<Func<Actor, object?, CancellationToken, Task>>(call, actor, argument, token).Compile();
    }

    private static Func<Actor, object?, CancellationToken, Task> TooManyArguments(MethodInfo method) => (_, _, _) =>
        throw new InvalidOperationException($"'{method.DeclaringType}.{method.Name}' has more than one parameter, so it cannot be called by name.");
}

/// <summary>Writes the result of a method as JSON by its declared type.</summary>
internal abstract class ActorMethodResult
{
    public static ActorMethodResult Create(Type type, JsonSerializerOptions json) =>
        (ActorMethodResult)Activator.CreateInstance(typeof(Of<>).MakeGenericType(type), json)!;

    public abstract Task WriteAsync(Task call, PipeWriter body, CancellationToken cancellationToken);

    private sealed class Of<T>(JsonSerializerOptions json) : ActorMethodResult
    {
        private JsonTypeInfo<T>? _typeInfo;

        public override async Task WriteAsync(Task call, PipeWriter body, CancellationToken cancellationToken)
        {
            T value = await (Task<T>)call;
            await JsonSerializer.SerializeAsync(body, value, _typeInfo ??= json.TypeInfo<T>(), cancellationToken);
        }
    }
}
