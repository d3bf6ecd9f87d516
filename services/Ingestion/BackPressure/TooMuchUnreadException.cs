namespace DaprTrading.Ingestion.BackPressure;

/// <summary>Events were not published, because more than twice the bound would be unread with them.</summary>
internal sealed class TooMuchUnreadException(string service, long bound)
    : Exception($"The service '{service}' would have more than {2 * bound} events to read.");
