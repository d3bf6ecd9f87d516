namespace Dapr.Actors.Runtime;

/// <summary>How a value is dropped from the cache.</summary>
public class UnloadStateOptions
{
    /// <summary>Whether a change that is not saved yet may be lost.</summary>
    public bool AllowUnloadingWhenStateModified { get; set; }
}
