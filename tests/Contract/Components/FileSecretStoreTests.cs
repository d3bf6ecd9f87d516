using DaprTrading.LocalRuntime;
using DaprTrading.LocalRuntime.Components;
using DaprTrading.Tests.Contract.Components.Support;

namespace DaprTrading.Tests.Contract.Components;

public sealed class FileSecretStoreTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task Get_NestedNames_AreJoinedAndArraysNumbered()
    {
        await using ComponentRegistry registry = await StartAsync("""{"plain":"p","redis":{"password":"r","ports":[1,true]}}""");
        ISecretStore store = registry.FindSecretStore("web", "secrets")!;

        (await store.GetAsync("plain", EmptyMetadata.Value, default)).Should().Equal(new Dictionary<string, string>(StringComparer.Ordinal) { ["plain"] = "p" });
        (await store.GetAsync("redis:password", EmptyMetadata.Value, default))!["redis:password"].Should().Be("r");
        (await store.GetAsync("redis:ports:0", EmptyMetadata.Value, default))!["redis:ports:0"].Should().Be("1");
        (await store.GetAllAsync(default)).Keys.Should().BeEquivalentTo("plain", "redis:password", "redis:ports:0", "redis:ports:1");
        Func<Task> unknown = () => store.GetAsync("redis", EmptyMetadata.Value, default);
        (await unknown.Should().ThrowAsync<ComponentException>()).WithMessage("*'secrets'*has no secret 'redis'*");
    }

    [Fact]
    public async Task Get_MultiValued_GivesTheKeysOfAnObject()
    {
        await using ComponentRegistry registry = await StartAsync("""{"redis":{"user":"u","deep":{"x":"y"}},"plain":"p"}""", ("multiValued", "true"), ("nestedSeparator", "."));
        ISecretStore store = registry.FindSecretStore("web", "secrets")!;

        (await store.GetAsync("redis", EmptyMetadata.Value, default)).Should().BeEquivalentTo(new Dictionary<string, string>(StringComparer.Ordinal) { ["user"] = "u", ["deep.x"] = "y" });
        (await store.GetAsync("plain", EmptyMetadata.Value, default))!["plain"].Should().Be("p");
    }

    [Theory]
    [InlineData("{", "*test.yaml:1*'secrets'*'secretsFile'*is not JSON*")]
    [InlineData("[]", "*'secretsFile'*does not hold a JSON object*")]
    public async Task Create_BrokenFile_NamesFileComponentAndField(string content, string message)
    {
        Func<Task> start = () => StartAsync(content);

        (await start.Should().ThrowAsync<ComponentException>()).WithMessage(message);
    }

    [Fact]
    public async Task SecretKeyRef_ToAnUnknownSecret_NamesTheComponentThatAsks()
    {
        await File.WriteAllTextAsync(_file, "{}");
        ComponentResource store = TestComponents.Resource("store", "state.in-memory") with
        {
            SecretStore = "secrets", Metadata = [new ComponentSetting("password", "") { SecretName = "none", SecretKey = "none" }],
        };

        Func<Task> start = () => TestComponents.StartAsync(TimeProvider.System, store, TestComponents.Resource("secrets", "secretstores.local.file", ("secretsFile", _file)));

        (await start.Should().ThrowAsync<ComponentException>()).WithMessage("*'store'*'password.secretKeyRef'*has no secret 'none'*");
    }

    private async Task<ComponentRegistry> StartAsync(string content, params (string Name, string Value)[] more)
    {
        await File.WriteAllTextAsync(_file, content);
        return await TestComponents.StartAsync(TimeProvider.System, TestComponents.Resource("secrets", "secretstores.local.file", [("secretsFile", _file), .. more]));
    }
}
