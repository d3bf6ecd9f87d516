using System.Text;
using DaprTrading.LocalRuntime;
using DaprTrading.LocalRuntime.Components;
using DaprTrading.Tests.Contract.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace DaprTrading.Tests.Contract.Components;

/// <summary>Whatever is in a YAML file: it is loaded, or refused with a message that names the file, in bounded time and memory.</summary>
public sealed class YamlFuzzTests(ITestOutputHelper output) : IDisposable
{
    private const long MostMemory = 256 * 1024 * 1024;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private static readonly string[] Snippets =
    [
        "\r\n", "\t", "\n---\n", "\n...\n", "&a ", "*a", "<<: *a\n", "? ", ": ", "- ", "!!binary ", "!!int ", "!!map ", "| \n", ">-\n", "[", "]", "{", "}", "{a: *a}",
        "\0", "\u00ff\u00fe", "\u00ef\u00bb\u00bf", "\u0080", "${REDIS_HOST}", "$", "%YAML 9.9\n", "# ", "'", "\"", "\"\\ud800\"", "1e999", "-1", "0x", ".nan", "null", "~",
        "999999999999999999999", "true", "((((((((((", "a && ", "1h1h1h", "name: ", "metadata: ", "spec: ", "kind: ", "version: ", "apps: ",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("yaml-fuzz-").FullName;

    [Fact]
    public void Resources_HoweverMutated_AreLoadedOrRefusedByName()
    {
        string[] sources = [.. Directory.EnumerateFiles(Path.Combine(RepositoryFilesTests.Root(), "components"), "*.yaml", SearchOption.AllDirectories), .. ConfigurationFiles()];
        byte[][] valid = [.. sources.Select(File.ReadAllBytes), Encoding.UTF8.GetBytes(Subscriptions)];
        int loaded = 0, refused = 0;
        foreach (int seed in Fuzz.Begin(output, 1500).Seeds())
        {
            var mutator = new Mutator(seed, Snippets);
            if (IsLoaded(seed, mutator.Change(mutator.One(valid)), file => Use(ResourceLoader.Load([file], NullLogger.Instance)))) loaded++;
            else refused++;
        }

        output.WriteLine($"{loaded} loaded, {refused} refused");
        loaded.Should().BePositive();
        refused.Should().BePositive();
    }

    [Fact]
    public void RunFiles_HoweverMutated_AreLoadedOrRefusedByName()
    {
        byte[] valid = Encoding.UTF8.GetBytes(Run);
        int loaded = 0, refused = 0;
        foreach (int seed in Fuzz.Begin(output, 700).Seeds())
        {
            if (IsLoaded(seed, new Mutator(seed, Snippets).Change(valid), file => RunFile.Load(file))) loaded++;
            else refused++;
        }

        output.WriteLine($"{loaded} loaded, {refused} refused");
        loaded.Should().BePositive();
        refused.Should().BePositive();
    }

    /// <summary>Files made to be expensive.</summary>
    public static TheoryData<string, string> Bombs => new()
    {
        { "aliases of aliases", "a: &a [x,x,x,x,x,x,x,x,x]\n" + string.Concat(Enumerable.Range(1, 12).Select(i => $"{(char)('a' + i)}: &{(char)('a' + i)} [{string.Join(',', Enumerable.Repeat($"*{(char)('a' + i - 1)}", 9))}]\n")) },
        { "aliases as keys", "a: &a {x: y}\n" + string.Concat(Enumerable.Range(1, 25).Select(i => $"{(char)('a' + i)}: &{(char)('a' + i)} {{? *{(char)('a' + i - 1)} : *{(char)('a' + i - 1)}}}\n")) },
        { "an alias of itself", "a: &a [*a, *a]" },
        { "an alias of itself under an old name", "a: &a x\nb: &a {? *a : *a}" },
        { "many aliases of a large map", $"big: &a {{{string.Join(',', Enumerable.Range(0, 20_000).Select(i => $"k{i}: v"))}}}\nall: [{string.Join(',', Enumerable.Repeat("*a", 200_000))}]" },
        { "flow nesting", new string('[', 500_000) },
        { "block nesting", string.Concat(Enumerable.Range(0, 900).Select(i => new string(' ', i) + "a:\n")) },
        { "dashes", string.Concat(Enumerable.Repeat("- ", 400_000)) },
        { "a huge scalar", "a: " + new string('x', 1_000_000) },
        { "a huge key", new string('x', 1_000_000) + ": a" },
        { "more than is read", "a: " + new string('x', 1_100_000) },
        { "many documents", string.Concat(Enumerable.Repeat("---\n", 250_000)) },
        { "many values", "a: [" + string.Concat(Enumerable.Repeat("x,", 500_000)) + "]" },
        { "question marks", string.Concat(Enumerable.Repeat("? ", 400_000)) },
        { "colons", new string(':', 900_000) },
        { "an endless quote", "a: \"" + new string('\\', 900_000) },
    };

    [Theory, MemberData(nameof(Bombs))]
    public void Bomb_IsLoadedOrRefused_InBoundedTimeAndMemory(string what, string text)
    {
        string resource = Component + "\n" + text;

        IsLoaded(0, Encoding.UTF8.GetBytes(resource), file => Use(ResourceLoader.Load([file], NullLogger.Instance)), what);
        IsLoaded(0, Encoding.UTF8.GetBytes("version: 1\napps: [{appDirPath: .}]\n" + text), file => RunFile.Load(file), what);
    }

    [Theory]
    [InlineData("match: 'true")]
    [InlineData("match: 'event.a")]
    public void Rule_LongerThanAnyoneWrites_IsRefusedInsteadOfEndingTheProcess(string start)
    {
        string rule = start.EndsWith('a') ? "event" + string.Concat(Enumerable.Repeat(".a", 100_000)) : "true" + string.Concat(Enumerable.Repeat(" || true", 100_000));
        Action trip = () => Use(ResourceLoader.Load([Write(Encoding.UTF8.GetBytes($$"""
            apiVersion: dapr.io/v1alpha1
            kind: Resiliency
            metadata: { name: r }
            spec: { policies: { circuitBreakers: { cb: { trip: "{{rule}}" } } } }
            """))], NullLogger.Instance));

        trip.Should().Throw<ComponentException>().WithMessage("*cb.trip*longer than*");
    }

    [Fact]
    public void File_ThatCannotBeRead_IsRefusedByName()
    {
        string device = Path.Combine(_folder, "endless.yaml");
        File.CreateSymbolicLink(device, "/dev/zero");

        Action load = () => ResourceLoader.Load([device], NullLogger.Instance);

        load.Should().Throw<ComponentException>().WithMessage($"{device}: more than *");
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private bool IsLoaded(int seed, byte[] content, Action<string> load, string what = "")
    {
        string file = Write(content);
        long started = TimeProvider.System.GetTimestamp();
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            load(file);
            return true;
        }
        catch (ComponentException e)
        {
            e.Message.Should().StartWith(_folder, "FUZZ_SEED={0} {1}", seed, what);
            return false;
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"FUZZ_SEED={seed} {what}: {e.GetType().Name}: {e.Message}", e);
        }
        finally
        {
            TimeProvider.System.GetElapsedTime(started).Should().BeLessThan(Longest, "FUZZ_SEED={0} {1}", seed, what);
            (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(MostMemory, "FUZZ_SEED={0} {1}", seed, what);
        }
    }

    private string Write(byte[] content)
    {
        string file = Path.Combine(_folder, "fuzz.yaml");
        File.WriteAllBytes(file, content);
        return file;
    }

    private static void Use(ResourceSet set)
    {
        var policies = new ResiliencyPolicies(set.Resiliency, TimeProvider.System);
        foreach (string app in (string[])["web", "processing"])
        {
            policies.InboundComponent(app, "pubsub", ComponentKind.PubSub);
            policies.OutboundComponent(app, "statestore", ComponentKind.StateStore);
            policies.App(app, "gateway");
            policies.Actor(app, "Symbol", "1");
        }
    }

    private static IEnumerable<string> ConfigurationFiles() => [Path.Combine(RepositoryFilesTests.Root(), "deploy", "dapr", "config.yaml")];

    private const string Component = """
        apiVersion: dapr.io/v1alpha1
        kind: Component
        metadata: { name: bus }
        spec: { type: pubsub.in-memory, version: v1 }
        """;

    private const string Subscriptions = """
        apiVersion: dapr.io/v2alpha1
        kind: Subscription
        metadata: { name: s }
        spec:
          pubsubname: bus
          topic: orders
          routes: { rules: [ { match: 'event.type == "a"', path: /a } ], default: /b }
          deadLetterTopic: dead
          bulkSubscribe: { enabled: true, maxMessagesCount: 100, maxAwaitDurationMs: 10 }
          metadata: { rawPayload: "true" }
        scopes: [ web ]
        ---
        apiVersion: dapr.io/v1alpha1
        kind: Subscription
        metadata: { name: old }
        spec: { pubsubname: bus, topic: old, route: /old }
        """;

    private const string Run = """
        version: 1
        common:
          resourcesPath: .
          env: { A: "1", B: two }
          appLogDestination: console
          maxBodySize: 4Mi
          appHealthProbeInterval: 3
        apps:
        - appID: web
          appDirPath: .
          appPort: 5000
          daprHTTPPort: 3501
          metricsPort: 9091
          enableAppHealthCheck: true
          appMaxConcurrency: 4
          command: [ run, "--now" ]
          env: { B: three }
        - { appID: worker, appDirPath: ., command: [ run ], resourcesPaths: [ a, b ] }
        """;
}
