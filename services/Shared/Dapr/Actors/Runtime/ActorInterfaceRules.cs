using System.Reflection;

namespace Dapr.Actors.Runtime;

/// <summary>What an actor interface must look like, whoever calls it.</summary>
internal static class ActorInterfaceRules
{
    /// <exception cref="ArgumentException">The interface breaks a rule; the message names the member.</exception>
    public static void Check(Type actorInterface)
    {
        if (actorInterface.IsGenericType)
        {
            throw Broken(actorInterface, "must not be generic");
        }

        if (Array.Find(actorInterface.GetInterfaces(), parent => !typeof(IActor).IsAssignableFrom(parent)) is { } stranger)
        {
            throw Broken(actorInterface, $"derives from '{stranger}', which is no actor interface");
        }

        MethodInfo[] methods = actorInterface.GetMethods();
        if (methods.GroupBy(method => method.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Skip(1).Any()) is { } overloaded)
        {
            throw Broken(actorInterface, $"overloads '{overloaded.Key}'");
        }

        foreach (MethodInfo method in methods)
        {
            Check(actorInterface, method);
        }
    }

    private static void Check(Type actorInterface, MethodInfo method)
    {
        if (method.IsGenericMethod)
        {
            throw Broken(actorInterface, $"has the generic method '{method.Name}'");
        }

        Type result = method.ReturnType;
        if (result != typeof(Task) && !(result.IsGenericType && result.GetGenericTypeDefinition() == typeof(Task<>)))
        {
            throw Broken(actorInterface, $"has the method '{method.Name}' that returns {result.Name}; it must return Task or Task<T>");
        }

        ParameterInfo[] parameters = method.GetParameters();
        for (int index = 0; index < parameters.Length; index++)
        {
            Type type = parameters[index].ParameterType;
            if (type.IsByRef)
            {
                throw Broken(actorInterface, $"has the method '{method.Name}' with the by-reference parameter '{parameters[index].Name}'");
            }

            if (type == typeof(CancellationToken) && index < parameters.Length - 1)
            {
                throw Broken(actorInterface, $"has the method '{method.Name}' whose CancellationToken is not the last parameter");
            }
        }
    }

    private static ArgumentException Broken(Type actorInterface, string how) => new($"The actor interface '{actorInterface}' {how}.");
}
