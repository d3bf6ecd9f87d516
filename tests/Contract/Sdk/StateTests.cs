using System.Text.Json;
using Dapr;
using Dapr.Client;

namespace DaprTrading.Tests.Contract.Sdk;

public sealed class StateTests
{
    private static readonly Order _order = new(7, "tea");

    [Fact]
    public async Task B11_Missing_IsDefaultAndEmptyETag()
    {
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(FakeAnswer.Done);
        using DaprClient client = sidecar.Client();

        (await client.GetStateAsync<Order?>("store", "k")).Should().BeNull();
        (await client.GetStateAsync<int>("store", "k")).Should().Be(0);
        (await client.GetStateAndETagAsync<Order?>("store", "k")).Should().Be(((Order?)null, ""));
    }

    [Theory, InlineData(""), InlineData("null")]
    public async Task B11_EmptyOrNullPayload_IsDefault(string payload)
    {
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(new FakeAnswer(200, payload, ETag: "4"));
        using DaprClient client = sidecar.Client();

        (await client.GetStateAndETagAsync<int>("store", "k")).Should().Be((0, "4"));
    }

    [Fact]
    public async Task B12_Get_AsksConsistencyAndMetadata_AndReadsTheUnquotedETag()
    {
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(new FakeAnswer(200, """{"orderId":7,"productName":"tea"}""", ETag: "12"));
        using DaprClient client = sidecar.Client();

        (Order? value, string etag) = await client.GetStateAndETagAsync<Order?>("store", "k", ConsistencyMode.Strong, new Dictionary<string, string> { ["p"] = "1" });

        (value, etag).Should().Be((_order, "12"));
        sidecar.Single.Target.Should().Be("/v1.0/state/store/k?consistency=strong&metadata.p=1");
    }

    [Fact]
    public async Task B12_Save_SendsValueOptionsAndMetadata_NoETag()
    {
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(FakeAnswer.Done);
        using DaprClient client = sidecar.Client();
        var options = new StateOptions { Concurrency = ConcurrencyMode.FirstWrite, Consistency = ConsistencyMode.Eventual };

        await client.SaveStateAsync("store", "k", _order, options, new Dictionary<string, string> { ["ttlInSeconds"] = "9" });

        sidecar.Single.Should().Match<FakeCall>(call => call.Method == "POST" && call.Target == "/v1.0/state/store");
        sidecar.Single.Body.Should().Be("""
            [{"key":"k","value":{"orderId":7,"productName":"tea"},"metadata":{"ttlInSeconds":"9"},
            "options":{"concurrency":"first-write","consistency":"eventual"}}]
            """.ReplaceLineEndings(""));
    }

    [Theory, InlineData("3"), InlineData("")]
    public async Task B12_TrySave_SendsTheETagEvenWhenEmpty(string etag)
    {
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(FakeAnswer.Done);
        using DaprClient client = sidecar.Client();

        (await client.TrySaveStateAsync("store", "k", 1, etag)).Should().BeTrue();

        sidecar.Single.Body.Should().Be($$"""[{"key":"k","value":1,"etag":"{{etag}}"}]""");
    }

    [Fact]
    public async Task B12_StaleETag_ReturnsFalse()
    {
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(FakeAnswer.Error(409, "ERR_STATE_SAVE"));
        using DaprClient client = sidecar.Client();

        (await client.TrySaveStateAsync("store", "k", 1, "old")).Should().BeFalse();
        (await client.TryDeleteStateAsync("store", "k", "old")).Should().BeFalse();
        sidecar.Calls[1].Header("If-Match").Should().Be("old");
    }

    [Fact]
    public async Task B12_MalformedETag_ThrowsDaprException()
    {
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(FakeAnswer.Error(400, "ERR_STATE_SAVE"));
        using DaprClient client = sidecar.Client();

        await client.Invoking(c => c.TrySaveStateAsync("store", "k", 1, "?")).Should().ThrowExactlyAsync<DaprException>();
        await client.Invoking(c => c.TryDeleteStateAsync("store", "k", "?")).Should().ThrowExactlyAsync<DaprException>();
    }

    [Fact]
    public async Task B12_NullETag_ThrowsArgumentNull()
    {
        using DaprClient client = new DaprClientBuilder().Build();

        await client.Invoking(c => c.TrySaveStateAsync("store", "k", 1, null!)).Should().ThrowAsync<ArgumentNullException>();
        await client.Invoking(c => c.TryDeleteStateAsync("store", "k", null!)).Should().ThrowAsync<ArgumentNullException>();
    }

    [Fact]
    public async Task B12_SaveConflictWithoutETag_ThrowsDaprException()
    {
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(FakeAnswer.Error(409, "ERR_STATE_SAVE"));
        using DaprClient client = sidecar.Client();

        await client.Invoking(c => c.SaveStateAsync("store", "k", 1)).Should().ThrowExactlyAsync<DaprException>();
        await client.Invoking(c => c.SaveBulkStateAsync<int>("store", [new("k", 1, "4")])).Should().ThrowExactlyAsync<DaprException>();
    }

    [Fact]
    public async Task B12_Delete_SendsOptionsInTheQuery()
    {
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(FakeAnswer.Done);
        using DaprClient client = sidecar.Client();

        await client.DeleteStateAsync("store", "k", new StateOptions { Concurrency = ConcurrencyMode.LastWrite, Consistency = ConsistencyMode.Strong });

        sidecar.Single.Should().Match<FakeCall>(call => call.Method == "DELETE"
            && call.Target == "/v1.0/state/store/k?concurrency=last-write&consistency=strong" && call.Header("If-Match") == null);
    }

    [Fact]
    public async Task B12_StateEntry_SavesWithTheETagItWasReadWith()
    {
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(call => call.Method == "GET" ? new FakeAnswer(200, "1", ETag: "5") : FakeAnswer.Done);
        using DaprClient client = sidecar.Client();

        StateEntry<int> entry = await client.GetStateEntryAsync<int>("store", "k");
        entry.Value++;

        (await entry.TrySaveAsync()).Should().BeTrue();
        sidecar.Calls[1].Body.Should().Be("""[{"key":"k","value":2,"etag":"5"}]""");
    }

    [Fact]
    public async Task B15_Transaction_SendsOperationsInOrder()
    {
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(FakeAnswer.Done);
        using DaprClient client = sidecar.Client();

        await client.ExecuteStateTransactionAsync("store",
        [
            new StateTransactionRequest("a", "{\"n\":1}"u8.ToArray(), StateOperationType.Upsert, "2", new Dictionary<string, string> { ["ttlInSeconds"] = "1" },
                new StateOptions { Concurrency = ConcurrencyMode.FirstWrite }),
            new StateTransactionRequest("b", null, StateOperationType.Delete),
        ], new Dictionary<string, string> { ["partitionKey"] = "p" });

        sidecar.Single.Target.Should().Be("/v1.0/state/store/transaction");
        sidecar.Single.Body.Should().Be("""
            {"operations":[{"operation":"upsert","request":{"key":"a","value":{"n":1},"etag":"2","metadata":{"ttlInSeconds":"1"},
            "options":{"concurrency":"first-write"}}},{"operation":"delete","request":{"key":"b"}}],"metadata":{"partitionKey":"p"}}
            """.ReplaceLineEndings(""));
    }

    [Fact]
    public async Task B15_Transaction_RefusedOrEmptyOrNoJson_Throws()
    {
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(FakeAnswer.Error(500, "ERR_STATE_TRANSACTION"));
        using DaprClient client = sidecar.Client();
        StateTransactionRequest upsert = new("a", "1"u8.ToArray(), StateOperationType.Upsert);
        StateTransactionRequest broken = new("a", "tea"u8.ToArray(), StateOperationType.Upsert);

        await client.Invoking(c => c.ExecuteStateTransactionAsync("store", [upsert])).Should().ThrowExactlyAsync<DaprException>();
        await client.Invoking(c => c.ExecuteStateTransactionAsync("store", [broken])).Should().ThrowExactlyAsync<DaprException>();
        await client.Invoking(c => c.ExecuteStateTransactionAsync("store", [])).Should().ThrowExactlyAsync<ArgumentException>();
        await client.Invoking(c => c.ExecuteStateTransactionAsync("store", null!)).Should().ThrowExactlyAsync<ArgumentNullException>();
        sidecar.Calls.Should().HaveCount(1);
    }

    [Fact]
    public async Task B16_BulkGet_KeepsTheOrderOfTheKeys_AndFillsMissingOnes()
    {
        const string foundFirst = """[{"key":"b","data":{"orderId":7,"productName":"tea"},"etag":"3"},{"key":"a"},{"key":"c","error":"broken"}]""";
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(new FakeAnswer(200, foundFirst));
        using DaprClient client = sidecar.Client();

        IReadOnlyList<BulkStateItem<Order?>> items = await client.GetBulkStateAsync<Order?>("store", ["a", "b", "c"], parallelism: null);

        items.Select(item => (item.Key, item.Value, item.ETag)).Should().Equal(("a", null, ""), ("b", _order, "3"), ("c", null, ""));
        sidecar.Single.Target.Should().Be("/v1.0/state/store/bulk");
        sidecar.Single.Body.Should().Be("""{"keys":["a","b","c"],"parallelism":0}""");
    }

    [Fact]
    public async Task B16_BulkGetText_KeepsQuotes()
    {
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(new FakeAnswer(200, """[{"key":"a","data":"tea","etag":"1"},{"key":"b"}]"""));
        using DaprClient client = sidecar.Client();

        IReadOnlyList<BulkStateItem> items = await client.GetBulkStateAsync("store", ["a", "b"], parallelism: 3);

        items.Select(item => item.Value).Should().Equal("\"tea\"", "");
    }

    [Fact]
    public async Task B16_EmptyLists_ThrowArgument()
    {
        using DaprClient client = new DaprClientBuilder().Build();

        await client.Invoking(c => c.GetBulkStateAsync<int>("store", [], null)).Should().ThrowAsync<ArgumentException>();
        await client.Invoking(c => c.SaveBulkStateAsync<int>("store", [])).Should().ThrowAsync<ArgumentException>();
    }

    [Fact]
    public async Task B17_WrongPayload_IsDaprException_ButRawJsonExceptionInBulk()
    {
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(call => new FakeAnswer(200, call.Method == "GET" ? "\"tea\"" : """[{"key":"k","data":"tea"}]"""));
        using DaprClient client = sidecar.Client();

        (await client.Invoking(c => c.GetStateAsync<Order?>("store", "k")).Should().ThrowExactlyAsync<DaprException>()).WithInnerException<JsonException>();
        await client.Invoking(c => c.GetBulkStateAsync<Order>("store", ["k"], null)).Should().ThrowAsync<JsonException>();
    }

    [Theory]
    [InlineData("a b", "a%20b")]
    [InlineData("a+b", "a%2Bb")]
    [InlineData("100%", "100%25")]
    [InlineData("a/../b", "a%2F..%2Fb")]
    [InlineData("..", "%2E%2E")]
    [InlineData("ключ", "%D0%BA%D0%BB%D1%8E%D1%87")]
    [InlineData("a?b#c", "a%3Fb%23c")]
    public async Task B18_OddKeys_ReachTheSidecarEncoded(string key, string encoded)
    {
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(FakeAnswer.Done);
        using DaprClient client = sidecar.Client();

        await client.GetStateAsync<int>("store", key);

        sidecar.Single.Target.Should().Be("/v1.0/state/store/" + encoded);
    }

    [Theory, InlineData(0.1 + 0.2), InlineData(double.MaxValue), InlineData(9007199254740992d), InlineData(1763800000123d), InlineData(double.Epsilon)]
    public async Task B19_Doubles_RoundTripExactly(double number)
    {
        string stored = "";
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(call =>
        {
            stored = call.Method == "POST" ? JsonElement.Parse(call.Body)[0].GetProperty("value").GetRawText() : stored;
            return call.Method == "POST" ? FakeAnswer.Done : new FakeAnswer(200, stored);
        });
        using DaprClient client = sidecar.Client();

        await client.SaveStateAsync("store", "k", number);

        (await client.GetStateAsync<double>("store", "k")).Should().Be(number);
    }
}
