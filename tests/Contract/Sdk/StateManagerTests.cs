using System.Text.Json;

namespace DaprTrading.Tests.Contract.Sdk;

public sealed class StateManagerTests
{
    [Theory]
    [InlineData("tryget k", "nothing")]
    [InlineData("get k", "KeyNotFoundException")]
    [InlineData("remove k", "KeyNotFoundException")]
    [InlineData("tryremove k", "False")]
    [InlineData("has k", "False")]
    [InlineData("add k 1;get k;add k 2;tryadd k 3;get k", "ok;1;InvalidOperationException;False;1")]
    [InlineData("set k 1;set k 2;get k;has k", "ok;ok;2;True")]
    [InlineData("tryadd k 1;remove k;has k;tryadd k 2;get k", "True;ok;False;True;2")]
    [InlineData("getoradd k 1;getoradd k 2", "1;1")]
    [InlineData("change k 1;change k 2;change k 3 60", "1;12;123")]
    [InlineData("add k 1 60;tryadd l 2 60;set m 3 60;getoradd n 4 60;get k;get l;get m;get n", "ok;True;ok;4;1;2;3;4")]
    [InlineData("set k 1;clear;tryget k", "ok;ok;nothing")]
    [InlineData("set k 1;save;clear;get k", "ok;ok;ok;1")]
    [InlineData("set k 1;unload k", "ok;InvalidOperationException")]
    [InlineData("set k 1;forceunload k;tryget k", "ok;ok;nothing")]
    [InlineData("set k 1;save;unload k;get k", "ok;ok;ok;1")]
    [InlineData("set k tea;getint k", "ok;InvalidCastException")]
    public async Task B28_OnAnEmptyStore(string script, string results)
    {
        await using FakeActorApp app = await FakeActorApp.StartAsync();

        (await RunAsync(app, script)).Should().Be(results);
    }

    [Theory]
    [InlineData("get old", "0")]
    [InlineData("has old;tryadd old 1;add old 1", "True;False;InvalidOperationException")]
    [InlineData("remove old;has old;tryget old;tryremove old", "ok;False;nothing;False")]
    [InlineData("remove old;tryadd old 1;get old", "ok;True;1")]
    [InlineData("set old 1;get old", "ok;1")]
    [InlineData("change old 1", "01")]
    [InlineData("getoradd old 1", "0")]
    public async Task B28_OnAStoredValue(string script, string results)
    {
        await using FakeActorApp app = await FakeActorApp.StartAsync();
        app.Store.Values["StateActor/a/old"] = "\"0\"";

        (await RunAsync(app, script)).Should().Be(results);
    }

    [Fact]
    public async Task B28_TwoChanges_AreOneRequest()
    {
        await using FakeActorApp app = await FakeActorApp.StartAsync();
        app.Store.Values["StateActor/a/old"] = "\"0\"";

        await RunAsync(app, "set k 1;remove old");

        app.Saves.Should().ContainSingle().Which.Body.Should().Be(
            """[{"operation":"upsert","request":{"key":"k","value":"1"}},{"operation":"delete","request":{"key":"old"}}]""");
    }

    [Fact]
    public async Task B28_AddThenRemove_SendsNothing()
    {
        await using FakeActorApp app = await FakeActorApp.StartAsync();

        await RunAsync(app, "add k 1;remove k");

        app.Saves.Should().BeEmpty();
    }

    [Fact]
    public async Task B28_SetWithoutReading_CostsNoRead_AndAMissingNameIsReadOnce()
    {
        await using FakeActorApp app = await FakeActorApp.StartAsync();

        await RunAsync(app, "set k 1;set l 1;tryget m");
        await RunAsync(app, "tryget m;has m;set k 2;get k");

        app.Reads.Should().ContainSingle();
    }

    [Fact]
    public async Task B28_ChangesSavedInMidTurn_AreNotSentAgain()
    {
        await using FakeActorApp app = await FakeActorApp.StartAsync();

        await RunAsync(app, "set k 1;save;set l 2");

        app.Saves.Should().HaveCount(2);
        app.Saves[1].Body.Should().NotContain("\"k\"");
    }

    [Fact]
    public async Task B28_Ttl_IsSentInWholeSeconds_AndClearedByAPlainSet()
    {
        await using FakeActorApp app = await FakeActorApp.StartAsync();

        await RunAsync(app, "set k 1 120");
        await RunAsync(app, "set k 2");

        JsonElement.Parse(app.Saves[0].Body)[0].GetProperty("request").GetProperty("metadata").GetProperty("ttlInSeconds").GetString().Should().Be("120");
        app.Saves[1].Body.Should().NotContain("ttlInSeconds");
    }

    [Fact]
    public async Task B28_ExpiredValues_ReadAsMissing()
    {
        await using FakeActorApp app = await FakeActorApp.StartAsync();
        app.Store.Values["StateActor/a/old"] = "\"0\"";
        app.Store.TtlExpireTime = "2001-01-01T00:00:00Z";

        (await RunAsync(app, "tryget old;set k 1 0;tryget k;tryadd k 2")).Should().Be("nothing;ok;nothing;True");
    }

    [Fact]
    public async Task B28_OddNames_AreEncoded()
    {
        await using FakeActorApp app = await FakeActorApp.StartAsync();
        app.Store.Values["StateActor/a/a+/ü"] = "\"0\"";

        (await RunAsync(app, "get a+/ü")).Should().Be("0");
        app.Reads.Should().ContainSingle().Which.Target.Should().EndWith("/state/a%2B%2F%C3%BC");
    }

    private static async Task<string> RunAsync(FakeActorApp app, string script)
    {
        (int status, string body) = await app.CallAsync("DoAsync", JsonSerializer.Serialize(script), type: "StateActor");
        status.Should().Be(200);
        return JsonSerializer.Deserialize<string>(body)!;
    }
}
