using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;

namespace Dapr.Actors.Runtime;

/// <summary>The methods of an actor class that timers call, compiled when first named.</summary>
internal sealed class ActorTimerCallbacks(Type actorType)
{
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic
        | BindingFlags.FlattenHierarchy;

    private readonly ConcurrentDictionary<string, Func<Actor, byte[]?, Task>> _callbacks = new(StringComparer.Ordinal);

    /// <exception cref="ArgumentException">The class has no such method, or one that a timer cannot call.</exception>
    public Func<Actor, byte[]?, Task> Find(string name) => _callbacks.GetOrAdd(name, static (name, type) => Compile(name, type), actorType);

    private static Func<Actor, byte[]?, Task> Compile(string name, Type type)
    {
        MethodInfo method = Check(name, type);
        ParameterExpression actor = Expression.Parameter(typeof(Actor));
        ParameterExpression data = Expression.Parameter(typeof(byte[]));
        UnaryExpression? instance = method.IsStatic ? null : Expression.Convert(actor, method.DeclaringType!);
        Expression[] arguments = method.GetParameters().Length == 0 ? [] : [data];
        return Expression.Lambda<Func<Actor, byte[]?, Task>>(Expression.Call(instance, method, arguments), actor, data).Compile();
    }

    private static MethodInfo Check(string name, Type type)
    {
        MethodInfo[] methods = [.. type.GetMethods(Any).Where(method => method.Name == name)];
        if (methods.Length != 1)
        {
            throw new ArgumentException(methods.Length == 0
                ? $"'{type}' has no method '{name}' that a timer could call."
                : $"'{type}' has several methods '{name}'; a timer's callback must not be overloaded.", nameof(name));
        }

        MethodInfo method = methods[0];
        ParameterInfo[] parameters = method.GetParameters();
        if (parameters.Length > 1 || (parameters.Length == 1 && parameters[0].ParameterType != typeof(byte[])))
        {
            throw new ArgumentException($"'{type}.{name}' must have no parameter or one byte[] to be a timer's callback.", nameof(name));
        }

        return method.ReturnType == typeof(Task)
            ? method
            : throw new ArgumentException($"'{type}.{name}' must return Task to be a timer's callback.", nameof(name));
    }
}
