using System.Text;
using DaprTrading.Conformance.Running;
using DaprTrading.Conformance.Staging;
using Microsoft.AspNetCore.Http;

namespace DaprTrading.Conformance.Checks;

/// <summary>Rules of service invocation that stand in the text and tables only.</summary>
internal static class TextInvocationChecks
{
    public static IReadOnlyList<Check> List { get; } =
    [
        new(158, "4.1: an app id may carry the namespace; more dots are 500", async s =>
        {
            (await s.Web.Get($"/v1.0/invoke/web.default/method/{s.Mark}")).Is(200);
            (await s.Web.Get("/v1.0/invoke/web.default.more/method/m")).Is(500, "ERR_DIRECT_INVOKE");
        }),
        new(159, "4.1: basic authentication names the app and is forwarded", async s =>
        {
            string basic = "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes("Dapr-App-Id:web"));
            (await s.Web.Get($"/{s.Mark}", ("Authorization", basic))).Is(200);
            Stage.Equal(basic, s.App.Of(s.Mark).Single().Header("Authorization"), "Authorization");
        }),
        new(160, "4.1: HEAD, OPTIONS and TRACE are passed on like any verb", async s =>
        {
            foreach (string verb in (string[])["HEAD", "OPTIONS", "TRACE"])
            {
                (await s.Web.Send(verb, $"/v1.0/invoke/web/method/{s.Mark}", null, null)).Is(200);
                Stage.True(s.App.Of(s.Mark).Any(seen => seen.Method == verb), "a call with " + verb);
            }
        }),
        new(161, "4.1: an escaped slash becomes one, dots are resolved; control characters and a lone percent sign are 500", async s =>
        {
            (await s.Web.Get($"/v1.0/invoke/web/method/admin%2F..%2F{s.Mark}%2Fx")).Is(200);
            Stage.Equal($"/{s.Mark}/x", s.App.Of(s.Mark).Single().Path, "path");
            (await s.Web.Get("/v1.0/invoke/web/method/a%01b")).Is(500, "ERR_DIRECT_INVOKE", "invalid method");
            (await s.Web.Get("/v1.0/invoke/web/method/a%23b")).Is(500, "ERR_DIRECT_INVOKE");
            (await s.Web.Get("/v1.0/invoke/web/method/100%25")).Is(500, "ERR_DIRECT_INVOKE");
        }) { Since = InvocationChecks.Paths },
        new(162, "4.2: headers are forwarded but for those of the hop; grpc- is renamed, -bin and destination-app-id are removed", async s =>
        {
            (await s.Web.Get($"/v1.0/invoke/web/method/{s.Mark}", ("X-Own", "a"), ("X-Own", "b"), ("Cookie", "c=d"), ("baggage", "k=v"), ("grpc-x", "1"), ("data-bin", "1"),
                ("destination-app-id", "x"), ("Proxy-Authorization", "p"), ("TE", "trailers"), ("dapr-caller-app-id", "forged"))).Is(200);
            Seen seen = s.App.Of(s.Mark).Single();
            Stage.Equal("ab", seen.Header("X-Own").Replace(",", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal), "X-Own");
            Stage.Equal("c=d k=v 1 web", $"{seen.Header("Cookie")} {seen.Header("baggage")} {seen.Header("dapr-grpc-x")} {seen.Header("dapr-caller-app-id")}", "forwarded headers");
            Stage.Equal("", seen.Header("grpc-x") + seen.Header("data-bin") + seen.Header("destination-app-id") + seen.Header("Proxy-Authorization") + seen.Header("TE"), "removed headers");
            Stage.Equal("", seen.Header("Content-Type"), "Content-Type");
            Stage.Equal("", seen.Header("X-Forwarded-For") + seen.Header("Forwarded"), "forwarded headers of a call to itself");
            Stage.Equal($"127.0.0.1:{s.App.Port}", seen.Header("Host"), "Host");
        }) { Since = new("1.18") },
        new(163, "4.2: malformed baggage is 400", async s => (await s.Web.Get("/v1.0/invoke/web/method/m", ("baggage", "no pair"))).Is(400)) { Since = new("1.16") },
        new(164, "4.3: the app's headers come back, but for those of the hop", async s =>
        {
            s.App.On(seen => seen.Has(s.Mark), (_, http) =>
            {
                http.Response.StatusCode = 418;
                http.Response.Headers["X-App"] = "yes";
                http.Response.Headers["Keep-Alive"] = "timeout=5";
                http.Response.ContentType = "text/tea";
                return http.Response.WriteAsync("pot");
            });
            Reply reply = (await s.Web.Get($"/v1.0/invoke/web/method/{s.Mark}")).Is(418).Says("pot");
            Stage.Equal("yes text/tea ", $"{reply.Header("X-App")} {reply.Header("Content-Type")} {reply.Header("Keep-Alive")}", "headers");
            Stage.Equal(55, reply.Header("traceparent").Length, "length of traceparent");
        }) { Since = new("1.18") },
        new(165, "4.6: access control: what the callee's policy denies is 403; calls of itself are not asked", async s =>
        {
            string control = $$"""
                accessControl:
                  defaultAction: deny
                  policies:
                  - appId: {{s.Mark}}
                    defaultAction: deny
                    operations:
                    - { name: /Open/*, httpVerb: [ GET ], action: allow }
                    - { name: /deep/**, httpVerb: [ "*" ], action: allow }
                """;
            IWorld world = await s.WorldAsync(Resources.Bus(), Resources.Configuration(control));
            Node web = await s.AddAsync(world, s.Setup());
            Node other = await s.AddAsync(world, s.Setup("-other"));
            string callee = $"/v1.0/invoke/{other.AppId}/method";
            (await web.Get($"{callee}/open/x")).Is(200);
            (await web.Post($"{callee}/deep/a/b")).Is(200);
            (await web.Post($"{callee}/open/x")).Is(403, "ERR_DIRECT_INVOKE", $"access control policy has denied access to id: {s.Mark} operation: open/x verb: POST");
            (await web.Get($"{callee}/open/x/y")).Is(403, "ERR_DIRECT_INVOKE");
            (await web.Get($"{callee}/deep/..%2Fother")).Is(403, "ERR_DIRECT_INVOKE");
            (await other.Get($"/v1.0/invoke/{web.AppId}/method/open/x")).Is(403, "ERR_DIRECT_INVOKE");
            (await other.Get($"{callee}/anything")).Is(200);
        }) { Own = "a configuration with access control" },
    ];
}
