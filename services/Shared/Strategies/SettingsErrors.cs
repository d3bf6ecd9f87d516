namespace DaprTrading.Strategies;

/// <summary>Collects what is wrong with settings, one message per field as it is called on the wire.</summary>
internal sealed class SettingsErrors
{
    private readonly Dictionary<string, string[]> _errors = [];

    public IReadOnlyDictionary<string, string[]> ByField => _errors;

    /// <summary>What every strategy has.</summary>
    public void Common(string strategy, double minConfidence, int coolDown)
    {
        Range(strategy + ".minConfidence", minConfidence, 0, 1);
        Range(strategy + ".coolDown", coolDown, 0, CoolDown.MaxBars);
    }

    public void Range(string field, double value, double least, double most)
    {
        if (!(value >= least && value <= most))
            Add(field, $"must be from {least} to {most}, but is {value}.");
    }

    public void Add(string field, string message) => _errors[field] = [message];
}
