using DaprTrading.Indicators;
using Microsoft.Extensions.Options;

namespace DaprTrading.Processing;

/// <summary>Indicators beside the default set.</summary>
public sealed class IndicatorOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Processing:Indicators";

    /// <summary>Most entries of <see cref="Custom"/>: each one is computed for every bar of every symbol.</summary>
    public const int MaxCustom = 16;

    /// <summary>Kind and period each: <c>sma100</c>, <c>ema9</c>, <c>rsi7</c>, <c>atr21</c>; periods from 2 to 1,000. Default none.</summary>
    public IReadOnlyList<string> Custom { get; init; } = [];

    internal IReadOnlyList<CustomIndicator> ToIndicators() => [.. Custom.Select(text => CustomIndicator.TryParse(text)!)];
}

internal sealed class IndicatorOptionsValidator : IValidateOptions<IndicatorOptions>
{
    public ValidateOptionsResult Validate(string? name, IndicatorOptions options)
    {
        var errors = new List<string>();
        if (options.Custom.Count > IndicatorOptions.MaxCustom)
            errors.Add($"{IndicatorOptions.Section}:Custom has {options.Custom.Count} entries; at most {IndicatorOptions.MaxCustom} are allowed.");

        var names = new HashSet<string>();
        foreach (string text in options.Custom)
        {
            if (CustomIndicator.TryParse(text) is not { } indicator)
                errors.Add($"{IndicatorOptions.Section}:Custom: '{text}' is not sma, ema, rsi or atr followed by a period from 2 to {CustomIndicator.MaxPeriod}.");
            else if (!names.Add(indicator.Name))
                errors.Add($"{IndicatorOptions.Section}:Custom: '{indicator.Name}' is there twice.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
