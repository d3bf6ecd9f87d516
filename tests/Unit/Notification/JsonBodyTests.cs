using System.Text;
using DaprTrading.Notification;
using DaprTrading.Notification.Alerts;
using Microsoft.AspNetCore.Http;

namespace DaprTrading.Tests.Unit.Notification;

public sealed class JsonBodyTests
{
    [Theory]
    [InlineData("{bad", "body")]
    [InlineData("null", "body")]
    [InlineData("", "body")]
    [InlineData("{\"threshold\":\"high\"}", "threshold")]
    public async Task Read_BrokenBody_NamesThePlace(string text, string field)
    {
        JsonBody<AlertRuleRequest> body = await ReadAsync(text);

        body.IsRead.Should().BeFalse();
        body.Errors.Keys.Should().Equal(field);
    }

    [Fact]
    public async Task Read_GoodBody_GivesItsValue() =>
        (await ReadAsync("{\"kind\":\"rsi-above\",\"threshold\":70}")).Value.Should().Be(new AlertRuleRequest("rsi-above", null, 70, null, null));

    private static Task<JsonBody<AlertRuleRequest>> ReadAsync(string text)
    {
        var http = new DefaultHttpContext();
        http.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return JsonBody<AlertRuleRequest>.ReadAsync(http.Request, NotificationJson.Default.AlertRuleRequest, default);
    }
}
