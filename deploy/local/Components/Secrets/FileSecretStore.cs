using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Components;

/// <summary><c>secretstores.local.file</c>: secrets of a JSON file, read once at the start. An unknown secret is an error.</summary>
/// <remarks>
/// Nested names are joined by <c>nestedSeparator</c> (":"), items of arrays are named by their index. With <c>multiValued</c> a top-level object
/// is one secret with several keys.
/// </remarks>
internal sealed class FileSecretStore : ISecretStore
{
    private const long MostBytes = 16 * 1024 * 1024;

    private readonly ComponentSettings _settings;
    private readonly string _file;
    private readonly string _separator;
    private readonly bool _multiValued;
    private Dictionary<string, IReadOnlyDictionary<string, string>> _secrets = new(StringComparer.Ordinal);

    public FileSecretStore(ComponentSettings settings, ComponentContext context)
    {
        _settings = settings;
        _file = settings.Required("secretsFile");
        _separator = settings.Text("nestedSeparator") ?? ":";
        _multiValued = settings.Bool("multiValued", false);
        settings.WarnUnknown(context.Loggers.CreateLogger<FileSecretStore>(), "secretsFile", "nestedSeparator", "multiValued");
    }

    public string Name => _settings.Resource.Name;

    public string Type => _settings.Resource.Type;

    public string Version => _settings.Resource.Version;

    public IReadOnlyList<string> Capabilities => _multiValued ? ["MULTIPLE_KEY_VALUES_PER_SECRET"] : [];

    public IReadOnlyDictionary<string, string> Metadata => _settings.Metadata;

    public async Task InitAsync(CancellationToken cancellationToken)
    {
        using JsonDocument document = await ReadAsync(cancellationToken).ConfigureAwait(false);
        if (document.RootElement.ValueKind != JsonValueKind.Object) throw _settings.Error("secretsFile", $"'{_file}' does not hold a JSON object");
        _secrets = _multiValued ? MultiValued(document.RootElement) : Flat(document.RootElement);
    }

    public Task<IReadOnlyDictionary<string, string>?> GetAsync(string name, IReadOnlyDictionary<string, string> metadata, CancellationToken cancellationToken) =>
        _secrets.TryGetValue(name, out IReadOnlyDictionary<string, string>? secret)
            ? Task.FromResult<IReadOnlyDictionary<string, string>?>(secret)
            : Task.FromException<IReadOnlyDictionary<string, string>?>(new ComponentException($"component '{Name}' ({Type}): the file '{_file}' has no secret '{name}'"));

    public Task<IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>> GetAllAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>>(_secrets);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static string Scalar(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Null => "",
        _ => value.GetRawText(),
    };

    private static IReadOnlyDictionary<string, string> One(string name, string value) => new Dictionary<string, string>(StringComparer.Ordinal) { [name] = value };

    private async Task<JsonDocument> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            FileStream stream = File.OpenRead(_file);
            await using (stream.ConfigureAwait(false))
            {
                if (stream.Length > MostBytes) throw _settings.Error("secretsFile", $"'{_file}' is larger than {MostBytes} bytes");
                return await JsonDocument.ParseAsync(stream, default, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (JsonException broken)
        {
            throw _settings.Error("secretsFile", $"'{_file}' is not JSON: {broken.Message}");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw _settings.Error("secretsFile", $"'{_file}' cannot be read: {failure.Message}");
        }
    }

    private Dictionary<string, IReadOnlyDictionary<string, string>> Flat(JsonElement root)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        Flatten("", root, values);
        return values.ToDictionary(pair => pair.Key, pair => One(pair.Key, pair.Value), StringComparer.Ordinal);
    }

    private Dictionary<string, IReadOnlyDictionary<string, string>> MultiValued(JsonElement root)
    {
        var secrets = new Dictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal);
        foreach (JsonProperty property in root.EnumerateObject())
        {
            if (property.Value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array))
            {
                secrets[property.Name] = One(property.Name, Scalar(property.Value));
                continue;
            }

            var keys = new Dictionary<string, string>(StringComparer.Ordinal);
            Flatten("", property.Value, keys);
            secrets[property.Name] = keys;
        }

        return secrets;
    }

    private void Flatten(string prefix, JsonElement value, Dictionary<string, string> into)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (JsonProperty property in value.EnumerateObject()) Flatten(Join(prefix, property.Name), property.Value, into);
                break;
            case JsonValueKind.Array:
                int index = 0;
                foreach (JsonElement item in value.EnumerateArray()) Flatten(Join(prefix, index++.ToString(CultureInfo.InvariantCulture)), item, into);
                break;
            default:
                into[prefix] = Scalar(value);
                break;
        }
    }

    private string Join(string prefix, string name) => prefix.Length == 0 ? name : prefix + _separator + name;
}
