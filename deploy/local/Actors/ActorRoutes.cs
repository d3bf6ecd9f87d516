using Microsoft.AspNetCore.Http;

namespace DaprTrading.LocalRuntime.Actors;

/// <summary>The endpoints below <c>actors/</c>.</summary>
public enum ActorRoute
{
    /// <summary>No such path, or not with that verb.</summary>
    None,

    /// <summary>Call a method.</summary>
    Invoke,

    /// <summary>Run a state transaction.</summary>
    SaveState,

    /// <summary>Read a state key.</summary>
    GetState,

    /// <summary>Register a timer.</summary>
    CreateTimer,

    /// <summary>Remove a timer.</summary>
    DeleteTimer,

    /// <summary>Register a reminder.</summary>
    CreateReminder,

    /// <summary>Read a reminder.</summary>
    GetReminder,

    /// <summary>Remove a reminder.</summary>
    DeleteReminder,
}

/// <summary>Tells the endpoints apart.</summary>
public static class ActorRoutes
{
    /// <summary>The endpoint of a verb and the un-escaped path parts after <c>actors</c>; <see cref="ActorRoute.None"/> when there is none.</summary>
    public static ActorRoute Find(string verb, IReadOnlyList<string> segments)
    {
        if (segments.Count is not (3 or 4) || segments[0].Length == 0 || segments[1].Length == 0) return ActorRoute.None;
        if (segments.Count == 3) return segments[2] == "state" && IsWrite(verb) ? ActorRoute.SaveState : ActorRoute.None;
        if (segments[3].Length == 0) return ActorRoute.None;

        bool get = HttpMethods.IsGet(verb);
        bool delete = HttpMethods.IsDelete(verb);
        return segments[2] switch
        {
            "method" when get || delete || IsWrite(verb) => ActorRoute.Invoke,
            "state" when get => ActorRoute.GetState,
            "timers" when IsWrite(verb) => ActorRoute.CreateTimer,
            "timers" when delete => ActorRoute.DeleteTimer,
            "reminders" when IsWrite(verb) => ActorRoute.CreateReminder,
            "reminders" when get => ActorRoute.GetReminder,
            "reminders" when delete => ActorRoute.DeleteReminder,
            _ => ActorRoute.None,
        };
    }

    private static bool IsWrite(string verb) => HttpMethods.IsPost(verb) || HttpMethods.IsPut(verb);
}
