namespace DaprTrading.LocalRuntime.Host.Control;

/// <summary>Body of <c>POST /scale</c>.</summary>
/// <param name="App">App id.</param>
/// <param name="Instances">Wanted number of instances, at least 0.</param>
internal sealed record ScaleRequest(string App, int Instances);

/// <summary>Body of <c>POST /kill</c>.</summary>
/// <param name="App">App id, a server such as <c>redis</c>, or <c>generator</c>.</param>
/// <param name="Instance">Number of the instance.</param>
internal sealed record KillRequest(string App, int Instance);

/// <summary>Body of <c>POST /dead-letters/republish</c>.</summary>
/// <param name="Topic">The topic they came from, or the dead-letter topic; null: all.</param>
/// <param name="Limit">Most messages; null: all.</param>
internal sealed record RepublishRequest(string? Topic, int? Limit);

/// <summary>Answer to a command.</summary>
/// <param name="Done">False when it was refused or failed.</param>
/// <param name="Message">What happened, in words.</param>
internal sealed record ControlAnswer(bool Done, string Message);
