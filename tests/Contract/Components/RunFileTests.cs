using DaprTrading.LocalRuntime;
using DaprTrading.LocalRuntime.Components;

namespace DaprTrading.Tests.Contract.Components;

public sealed class RunFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("runfile-").FullName;

    public RunFileTests()
    {
        foreach (string part in (string[])["components", "src/web/own", "src/worker/.dapr/resources"]) Directory.CreateDirectory(At(part));
        File.WriteAllText(At("config.yaml"), "");
        File.WriteAllText(At("src/worker/.dapr/config.yaml"), "");
    }

    [Fact]
    public void Load_FullFile_ResolvesPathsDefaultsAndPrecedence()
    {
        RunFile file = Load("""
            version: 1
            name: demo
            common:
              resourcesPath: ./components
              configFilePath: ./config.yaml
              env: { DEBUG: "1", SHARED: yes }
              appLogDestination: console
              appMaxConcurrency: 8
            apps:
            - appID: front
              appDirPath: ./src/web
              appPort: 5000
              daprHTTPPort: 3501
              command: [ dotnet, run, --flag ]
              env: { DEBUG: "0", COLOR: red }
              resourcesPaths: [ ./own, ../../components ]
              appMaxConcurrency: 4
              maxBodySize: 8Mi
              enableAppHealthCheck: true
              appHealthProbeInterval: 2
              appHealthThreshold: 5
            - appDirPath: ./src/worker
              command: [ dotnet, run ]
            """);

        RunFileApp web = file.Apps[0], worker = file.Apps[1];
        file.Name.Should().Be("demo");
        file.Warnings.Should().BeEmpty();
        web.AppId.Should().Be("front");
        web.AppDirPath.Should().Be(At("src/web"));
        web.AppPort.Should().Be(5000);
        web.DaprHttpPort.Should().Be(3501);
        web.Command.Should().Equal("dotnet", "run", "--flag");
        web.Env.Should().BeEquivalentTo(new Dictionary<string, string>(StringComparer.Ordinal) { ["DEBUG"] = "0", ["SHARED"] = "yes", ["COLOR"] = "red" });
        web.ResourcesPaths.Should().Equal(At("src/web/own"), At("components"));
        web.ConfigFilePath.Should().Be(At("config.yaml"));
        web.AppMaxConcurrency.Should().Be(4);
        web.MaxBodySize.Should().Be(8 * 1024 * 1024);
        web.AppHealth.Should().Be(new AppHealthOptions("/healthz", TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(500), 5));
        web.AppLogDestination.Should().Be("console");
        worker.AppId.Should().Be("worker", "the id defaults to the folder's name");
        worker.ResourcesPaths.Should().Equal([At("src/worker/.dapr/resources")], "an app's own .dapr comes before common");
        worker.ConfigFilePath.Should().Be(At("src/worker/.dapr/config.yaml"));
        worker.DaprHttpPort.Should().BeNull();
        worker.AppMaxConcurrency.Should().Be(8);
        worker.AppHealth.Should().BeNull();
    }

    [Fact]
    public void Load_Directory_ReadsDaprYamlInIt()
    {
        File.WriteAllText(At("dapr.yaml"), "version: 1\napps: [ { appDirPath: src/web } ]");

        RunFile.Load(_folder).Path.Should().Be(At("dapr.yaml"));
    }

    [Fact]
    public void Load_UnknownKeys_AreWarnedAboutByName()
    {
        RunFile file = Load("version: 1\ncolour: red\ncommon: { appPort: 1 }\napps: [ { appDirPath: src/web, appId: typo } ]");

        file.Warnings.Should().HaveCount(3);
        file.Warnings.Should().Contain(warning => warning.Contains("'colour'")).And.Contain(warning => warning.Contains("'common.appPort'"))
            .And.Contain(warning => warning.Contains("'apps[0].appId'")).And.OnlyContain(warning => warning.Contains("run.yaml:"));
    }

    [Theory]
    [InlineData("apps: [ { appDirPath: src/web } ]", "version")]
    [InlineData("version: 1", "apps")]
    [InlineData("version: 1\napps: [ { appID: a } ]", "apps[0].appDirPath")]
    [InlineData("version: 1\napps: [ { appDirPath: nowhere } ]", "apps[0].appDirPath")]
    [InlineData("version: 1\napps: [ { appDirPath: src/web, appPort: many } ]", "apps[0].appPort")]
    [InlineData("version: 1\napps: [ { appDirPath: src/web }, { appDirPath: src/web } ]", "apps[1].appID")]
    [InlineData("version: 1\napps: [ { appDirPath: src/web, configFilePath: none.yaml } ]", "apps[0].configFilePath")]
    [InlineData("version: 1\napps: [ { appDirPath: src/web, appLogDestination: printer } ]", "apps[0].appLogDestination")]
    [InlineData("version: 1\napps: [ { appDirPath: src/web, maxBodySize: huge } ]", "apps[0].maxBodySize")]
    public void Load_WrongField_NamesFileAndField(string text, string field)
    {
        Action load = () => Load(text);

        load.Should().Throw<ComponentException>().Which.Message.Should().Contain("run.yaml").And.Contain($"'{field}'");
    }

    [Fact]
    public void Load_NoYaml_NamesFileAndLine()
    {
        Action load = () => Load("version: 1\napps: [");

        load.Should().Throw<ComponentException>().WithMessage("*run.yaml:3: no valid YAML*");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string At(string path) => Path.GetFullPath(path, _folder);

    private RunFile Load(string text)
    {
        File.WriteAllText(At("run.yaml"), text);
        return RunFile.Load(At("run.yaml"));
    }
}
