namespace Dapr.Actors.Runtime;

/// <summary>Names an actor type.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false, Inherited = false)]
public sealed class ActorAttribute : Attribute
{
    /// <summary>Name the sidecar knows the type by; the class name unless given.</summary>
    public string TypeName { get; set; } = null!;
}
