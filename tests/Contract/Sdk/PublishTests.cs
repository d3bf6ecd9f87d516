using System.Text.Json;
using Dapr;
using Dapr.Client;

namespace DaprTrading.Tests.Contract.Sdk;

public sealed class PublishTests
{
    private static readonly Order _order = new(7, "tea");

    [Theory, InlineData(null), InlineData("")]
    public async Task B05_Names_Missing_ThrowArgument(string? name)
    {
        using DaprClient client = new DaprClientBuilder().Build();

        await client.Invoking(c => c.PublishEventAsync(name!, "t", _order)).Should().ThrowAsync<ArgumentException>();
        await client.Invoking(c => c.PublishEventAsync("p", name!, _order)).Should().ThrowAsync<ArgumentException>();
        await client.Invoking(c => c.PublishEventAsync(name!, "t")).Should().ThrowAsync<ArgumentException>();
        await client.Invoking(c => c.PublishByteEventAsync("p", name!, default)).Should().ThrowAsync<ArgumentException>();
        await client.Invoking(c => c.BulkPublishEventAsync<Order>("p", name!, [_order])).Should().ThrowAsync<ArgumentException>();
    }

    [Fact]
    public async Task B05_Data_Null_ThrowsArgumentNull()
    {
        using DaprClient client = new DaprClientBuilder().Build();

        await client.Invoking(c => c.PublishEventAsync<Order>("p", "t", null!)).Should().ThrowAsync<ArgumentNullException>();
        await client.Invoking(c => c.PublishEventAsync("p", "t", _order, metadata: null!)).Should().ThrowAsync<ArgumentNullException>();
        await client.Invoking(c => c.BulkPublishEventAsync<Order>("p", "t", null!)).Should().ThrowAsync<ArgumentNullException>();
    }

    [Fact]
    public async Task B06_Event_IsJsonOfItsStaticType()
    {
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(FakeAnswer.Done);
        using DaprClient client = sidecar.Client();

        await client.PublishEventAsync<Order>("bus", "orders", new RushOrder(7, "tea", 3));

        sidecar.Single.Should().Match<FakeCall>(call => call.Method == "POST" && call.Target == "/v1.0/publish/bus/orders"
            && call.ContentType == "application/json" && call.Body == """{"orderId":7,"productName":"tea"}""");
    }

    [Fact]
    public async Task B06_CloudEvent_HasItsContentType()
    {
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(FakeAnswer.Done);
        using DaprClient client = sidecar.Client();

        await client.PublishEventAsync("bus", "orders", new CloudEvent<Order>(_order) { Source = new Uri("urn:me"), Type = "made", Subject = "tea" });

        sidecar.Single.ContentType.Should().Be("application/cloudevents+json");
        JsonElement body = JsonElement.Parse(sidecar.Single.Body);
        body.GetProperty("data").GetProperty("orderId").GetInt32().Should().Be(7);
        body.GetProperty("type").GetString().Should().Be("made");
        body.GetProperty("datacontenttype").GetString().Should().Be("application/json");
    }

    [Fact]
    public async Task B06_EmptyEvent_HasNeitherBodyNorContentType()
    {
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(FakeAnswer.Done);
        using DaprClient client = sidecar.Client();

        await client.PublishEventAsync("bus", "orders");

        sidecar.Single.Body.Should().BeEmpty();
        sidecar.Single.ContentType.Should().BeNull();
    }

    [Fact]
    public async Task B06_Bytes_GoOutAsTheyAre()
    {
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(FakeAnswer.Done);
        using DaprClient client = sidecar.Client();

        await client.PublishByteEventAsync("bus", "orders", "a;b"u8.ToArray(), "text/csv");

        sidecar.Single.Body.Should().Be("a;b");
        sidecar.Single.ContentType.Should().Be("text/csv");
    }

    [Fact]
    public async Task B06_SourceGeneratedOptions_AreUsed_AndUnknownTypesRefused()
    {
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(FakeAnswer.Done);
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web) { TypeInfoResolver = OrdersJson.Default };
        using DaprClient client = sidecar.Client(builder => builder.UseJsonSerializationOptions(options));

        await client.PublishEventAsync("bus", "orders", _order);

        sidecar.Single.Body.Should().Be("""{"orderId":7,"productName":"tea"}""");
        await client.Invoking(c => c.PublishEventAsync("bus", "orders", new Unknown(1))).Should().ThrowAsync<NotSupportedException>();
    }

    [Fact]
    public async Task B07_Metadata_IsEscapedOnceIntoTheQuery()
    {
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(FakeAnswer.Done);
        using DaprClient client = sidecar.Client();

        await client.PublishEventAsync("my bus", "a/b+c", _order,
            new Dictionary<string, string> { ["ttlInSeconds"] = "60", ["cloudevent.subject"] = "a&b=c d%" });

        sidecar.Single.Target.Should().Be("/v1.0/publish/my%20bus/a%2Fb%2Bc?metadata.ttlInSeconds=60&metadata.cloudevent.subject=a%26b%3Dc%20d%25");
    }

    [Fact]
    public async Task B08_Bulk_IdsAreIndexes_AndMetadataIsOnEveryEntry()
    {
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(FakeAnswer.Done);
        using DaprClient client = sidecar.Client();

        BulkPublishResponse<Order> response = await client.BulkPublishEventAsync("bus", "orders", [_order, new Order(8, null)], new() { ["k"] = "v" });

        response.FailedEntries.Should().BeEmpty();
        sidecar.Single.Target.Should().Be("/v1.0/publish/bulk/bus/orders?metadata.k=v");
        sidecar.Single.ContentType.Should().Be("application/json");
        sidecar.Single.Body.Should().Be("""
            [{"entryId":"0","event":{"orderId":7,"productName":"tea"},"contentType":"application/json","metadata":{"k":"v"}},
            {"entryId":"1","event":{"orderId":8,"productName":null},"contentType":"application/json","metadata":{"k":"v"}}]
            """.ReplaceLineEndings(""));
    }

    [Fact]
    public async Task B08_Bulk_BytesAreBase64OctetStream()
    {
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(FakeAnswer.Done);
        using DaprClient client = sidecar.Client();

        await client.BulkPublishEventAsync<byte[]>("bus", "orders", [[1, 2, 3]]);

        sidecar.Single.Body.Should().Be("""[{"entryId":"0","event":"AQID","contentType":"application/octet-stream"}]""");
    }

    [Fact]
    public async Task B08_Bulk_OfThousands_IsWhole()
    {
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(FakeAnswer.Done);
        using DaprClient client = sidecar.Client();

        await client.BulkPublishEventAsync("bus", "orders", [.. Enumerable.Range(0, 5000).Select(id => new Order(id, "é\"<>"))]);

        JsonElement[] entries = [.. JsonElement.Parse(sidecar.Single.Body).EnumerateArray()];
        entries.Should().HaveCount(5000);
        entries[4999].GetProperty("entryId").GetString().Should().Be("4999");
        entries[4999].GetProperty("event").GetProperty("productName").GetString().Should().Be("é\"<>");
    }

    [Fact]
    public async Task B09_BulkPartialFailure_ThrowsDaprException()
    {
        var partial = new FakeAnswer(500, """{"failedEntries":[{"entryId":"1","error":"full"}],"errorCode":"ERR_PUBSUB_PUBLISH_MESSAGE"}""");
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(partial);
        using DaprClient client = sidecar.Client();

        (await client.Invoking(c => c.BulkPublishEventAsync<Order>("bus", "orders", [_order, _order])).Should().ThrowExactlyAsync<DaprException>())
            .WithMessage("*500*ERR_PUBSUB_PUBLISH_MESSAGE*");
    }

    [Fact]
    public async Task B09_Refusal_ThrowsDaprExceptionWithCodeInside()
    {
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(FakeAnswer.Error(403, "ERR_PUBSUB_FORBIDDEN"));
        using DaprClient client = sidecar.Client();

        var thrown = await client.Invoking(c => c.PublishEventAsync("bus", "orders", _order)).Should().ThrowExactlyAsync<DaprException>();

        thrown.Which.Message.Should().Contain("bus/orders").And.Contain("told so");
        thrown.Which.InnerException.Should().BeOfType<DaprApiException>().Which.ErrorCode.Should().Be("ERR_PUBSUB_FORBIDDEN");
    }

    [Fact]
    public async Task B09_Unreachable_ThrowsDaprException()
    {
        FakeSidecar sidecar = await FakeSidecar.StartAsync(FakeAnswer.Done);
        using DaprClient client = sidecar.Client();
        await sidecar.DisposeAsync();

        await client.Invoking(c => c.PublishEventAsync("bus", "orders", _order)).Should().ThrowExactlyAsync<DaprException>();
        await client.Invoking(c => c.BulkPublishEventAsync<Order>("bus", "orders", [_order])).Should().ThrowExactlyAsync<DaprException>();
        await client.Invoking(c => c.GetStateAsync<Order?>("store", "k")).Should().ThrowExactlyAsync<DaprException>();
    }

    [Fact]
    public async Task B09_Cancelled_ThrowsOperationCanceled()
    {
        using var cancel = new CancellationTokenSource();
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(async (_, aborted) =>
        {
            await cancel.CancelAsync();
            await aborted.WhenCancelled();
            return FakeAnswer.Done;
        });
        using DaprClient client = sidecar.Client();

        await client.Invoking(c => c.PublishEventAsync("bus", "orders", _order, cancel.Token)).Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task B10_Bulk_OldRuntime_FallsBackOnceAndRemembers()
    {
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(call => call.Target.StartsWith("/v1.0-alpha1/", StringComparison.Ordinal)
            ? FakeAnswer.Done
            : FakeAnswer.Error(404, "ERR_PUBSUB_NOT_FOUND"));
        using DaprClient client = sidecar.Client();

        await client.BulkPublishEventAsync<Order>("bus", "orders", [_order]);
        await client.BulkPublishEventAsync<Order>("bus", "orders", [_order]);

        sidecar.Calls.Select(call => call.Target).Should().Equal("/v1.0/publish/bulk/bus/orders", "/v1.0-alpha1/publish/bulk/bus/orders",
            "/v1.0-alpha1/publish/bulk/bus/orders");
        sidecar.Calls.Should().OnlyContain(call => call.Body.Contains("\"orderId\":7"));
    }

    [Fact]
    public async Task B10_Bulk_UnknownPubsubOnNewRuntime_ThrowsAndKeepsTheStablePath()
    {
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(call => call.Target.Contains("/bus/") ? FakeAnswer.Done : FakeAnswer.Error(404, "ERR_PUBSUB_NOT_FOUND"));
        using DaprClient client = sidecar.Client();

        await client.Invoking(c => c.BulkPublishEventAsync<Order>("none", "orders", [_order])).Should().ThrowAsync<DaprException>();
        await client.BulkPublishEventAsync<Order>("bus", "orders", [_order]);

        sidecar.Calls[^1].Target.Should().StartWith("/v1.0/publish/bulk/bus");
    }
}
