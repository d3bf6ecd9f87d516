using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Components;

/// <summary><c>secretstores.local.env</c>: secrets are environment variables. One that is not set is an empty secret, not an error.</summary>
internal sealed class EnvironmentSecretStore : ISecretStore
{
    private readonly ComponentSettings _settings;
    private readonly ComponentEnvironment _environment;
    private readonly string _prefix;

    public EnvironmentSecretStore(ComponentSettings settings, ComponentContext context)
    {
        _settings = settings;
        _environment = context.Environment;
        _prefix = settings.Text("prefix") ?? "";
        settings.WarnUnknown(context.Loggers.CreateLogger<EnvironmentSecretStore>(), "prefix");
    }

    public string Name => _settings.Resource.Name;

    public string Type => _settings.Resource.Type;

    public string Version => _settings.Resource.Version;

    public IReadOnlyList<string> Capabilities => [];

    public IReadOnlyDictionary<string, string> Metadata => _settings.Metadata;

    public Task InitAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<IReadOnlyDictionary<string, string>?> GetAsync(string name, IReadOnlyDictionary<string, string> metadata, CancellationToken cancellationToken)
    {
        string variable = _prefix + name;
        string value = ComponentEnvironment.IsWithheld(variable) ? "" : _environment.Get(variable) ?? "";
        return Task.FromResult<IReadOnlyDictionary<string, string>?>(new Dictionary<string, string>(StringComparer.Ordinal) { [name] = value });
    }

    public Task<IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>> GetAllAsync(CancellationToken cancellationToken)
    {
        var all = new Dictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal);
        foreach (var (variable, value) in _environment.Variables)
        {
            if (!variable.StartsWith(_prefix, StringComparison.Ordinal)) continue;
            string name = variable[_prefix.Length..];
            all[name] = new Dictionary<string, string>(StringComparer.Ordinal) { [name] = ComponentEnvironment.IsWithheld(variable) ? "" : value };
        }

        return Task.FromResult<IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>>(all);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
