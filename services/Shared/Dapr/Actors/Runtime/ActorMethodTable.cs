using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;

namespace Dapr.Actors.Runtime;

/// <summary>The callable methods of an actor type by name, built once at start.</summary>
internal sealed class ActorMethodTable
{
    private readonly ActorTypeInformation _type;
    private readonly FrozenDictionary<string, ActorMethod> _methods;

    /// <exception cref="ArgumentException">An interface of the actor breaks a rule.</exception>
    public ActorMethodTable(ActorTypeInformation type, JsonSerializerOptions json)
    {
        _type = type;
        var methods = new Dictionary<string, ActorMethod>(StringComparer.Ordinal);
        foreach (Type actorInterface in type.InterfaceTypes)
        {
            ActorInterfaceRules.Check(actorInterface);
            foreach (MethodInfo method in actorInterface.GetMethods())
            {
                methods.TryAdd(method.Name, ActorMethod.Create(method, json));
            }
        }

        _methods = methods.ToFrozenDictionary(StringComparer.Ordinal);
    }

    public ActorMethod Find(string name) => _methods.TryGetValue(name, out ActorMethod? method)
        ? method
        : throw new MissingMethodException($"Actor type '{_type.ActorTypeName}' has no method '{name}'.");
}
