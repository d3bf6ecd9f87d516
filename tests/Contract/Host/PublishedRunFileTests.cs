using DaprTrading.LocalRuntime.Components;
using DaprTrading.LocalRuntime.Host.Publishing;

namespace DaprTrading.Tests.Contract.Host;

public sealed class PublishedRunFileTests : IDisposable
{
    private const string Source = """
        version: 1
        name: sample
        common:
          resourcesPath: ../../components/redis
          configFilePath: ./config.yaml
          env:
            MODE: "7"
        apps:
          - appID: first
            appDirPath: ../../services/First
            appPort: 5101
            command: [dotnet, ../../artifacts/bin/Sample.First/release/Sample.First.dll, --fast]
          - appID: second
            appDirPath: ../../services/Second
            resourcesPaths: [../../components/memory]   # of an app: relative to its folder
            command: [dotnet, ../../artifacts/bin/Sample.Second/release/Sample.Second.dll]
        """;

    private readonly TemporaryFolder _repository = new();
    private readonly TemporaryFolder _published = new();

    public PublishedRunFileTests()
    {
        foreach (string folder in new[] { "deploy/dapr", "services/First", "services/Second" }) Directory.CreateDirectory(_repository.File(folder));
        foreach (string folder in new[] { "services/first", "services/second" }) Directory.CreateDirectory(_published.File(folder));
        File.WriteAllText(_repository.File("deploy/dapr/dapr.yaml"), Source);
        File.WriteAllText(_published.File("config.yaml"), "");
    }

    public void Dispose()
    {
        _repository.Dispose();
        _published.Dispose();
    }

    [Theory]
    [InlineData(true, "./Sample.First", "--fast")]
    [InlineData(false, "dotnet", "Sample.First.dll", "--fast")]
    public void Write_CommandOfAnApp_IsItsPublishedProgram(bool selfContained, params string[] expected) =>
        Published(selfContained, "first", "second").Apps[0].Command.Should().Equal(expected);

    [Fact]
    public void Write_Paths_LieInThePublishedFolder()
    {
        RunFile file = Published(selfContained: true, "first", "second");

        file.Apps.Select(app => app.AppDirPath).Should().Equal(_published.File("services/first"), _published.File("services/second"));
        file.Apps[0].ResourcesPaths.Should().Equal(_published.File("components/redis"));
        file.Apps[0].ConfigFilePath.Should().Be(_published.File("config.yaml"));
        File.ReadAllText(file.Path).Should().NotContain(_published.Path).And.NotContain(_repository.Path, "a published folder may be moved");
    }

    [Fact]
    public void Write_PathOfAnApp_IsRelativeToItsNewFolder() =>
        Published(selfContained: true, "first", "second").Apps[1].ResourcesPaths.Should().Equal(_published.File("components/memory"));

    [Fact]
    public void Write_PortAndEnvironment_Stay()
    {
        RunFileApp app = Published(selfContained: true, "first", "second").Apps[0];

        app.AppPort.Should().Be(5101);
        app.Env.Should().Contain("MODE", "7");
    }

    [Fact]
    public void Write_AppThatIsNotPublished_IsLeftOut() =>
        Published(selfContained: true, "second").Apps.Should().ContainSingle().Which.AppId.Should().Be("second");

    [Fact]
    public void Read_WhatWasSaved_TellsTheProgramsOfTheFolder()
    {
        new PublishedFolder(SelfContained: true, new Dictionary<string, string>(StringComparer.Ordinal) { ["Sample.First"] = "services/first/Sample.First" }).Save(_published.Path);

        PublishedFolder read = PublishedFolder.Read(PublishedFolder.Above(_published.File("services"))!);

        read.SelfContained.Should().BeTrue();
        read.Programs.Should().ContainKey("Sample.First").And.NotContainKey("Sample.Second");
    }

    private RunFile Published(bool selfContained, params string[] apps)
    {
        string target = _published.File("dapr.yaml");
        PublishedRunFile.Write(_repository.File("deploy/dapr/dapr.yaml"), target, _repository.Path, selfContained, apps.ToHashSet(StringComparer.Ordinal));
        return RunFile.Load(target);
    }
}
