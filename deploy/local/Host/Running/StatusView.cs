using System.Globalization;
using DaprTrading.LocalRuntime.Host.Control;
using Spectre.Console;

namespace DaprTrading.LocalRuntime.Host.Running;

/// <summary>A status document for people.</summary>
internal static class StatusView
{
    /// <summary>As a table, a row per instance.</summary>
    public static Table Table(StatusDocument status)
    {
        Table table = new Table().Border(TableBorder.Rounded).Title(Markup.Escape($"{status.Name ?? "system"}: {status.State}")).Caption(Markup.Escape(Caption(status)));
        foreach (string column in (string[])["app", "instance", "pid", "port", "sidecar", "ready", "restarts", "actors"]) table.AddColumn(column);
        foreach (AppStatus app in status.Apps)
        {
            foreach (InstanceStatus instance in app.Instances)
            {
                table.AddRow(
                    new Text(app.AppId), new Text(Number(instance.Instance)), new Text(Number(instance.Pid)), new Text(Number(instance.AppPort)),
                    new Text(Number(instance.SidecarPort > 0 ? instance.SidecarPort : null)), new Text(instance.Ready ? "yes" : "no", new Style(instance.Ready ? Color.Green : Color.Red)),
                    new Text(Number(instance.Restarts)), new Text(Actors(instance)));
            }
        }

        foreach (var (name, server) in status.Servers) AddServer(table, name, server);
        AddServer(table, "generator", status.Generator);
        return table;
    }

    /// <summary>On one line.</summary>
    public static string Line(StatusDocument status)
    {
        InstanceStatus[] instances = [.. status.Apps.SelectMany(app => app.Instances)];
        int actors = instances.Sum(instance => instance.Actors.Values.Sum());
        int restarts = instances.Sum(instance => instance.Restarts) + status.Servers.Values.Sum(server => server.Restarts);
        return $"{status.State}: {instances.Count(instance => instance.Ready)}/{instances.Length} instances ready, {restarts} restarts, {actors} actors, {Rates(status.Traffic)}";
    }

    private static string Caption(StatusDocument status)
    {
        List<string> lines = [];
        if (status.DashboardUrl is { } dashboard) lines.Add("dashboard " + dashboard);
        if (status.GatewayUrl is { } gateway) lines.Add($"gateway {gateway}/ingest");
        lines.Add(status.Dapr is { } dapr ? $"sidecars by {dapr}" : Rates(status.Traffic));
        if (status.DeadLetters.Count > 0) lines.Add($"dead letters: {string.Join(", ", status.DeadLetters.Select(topic => $"{topic.Key} {topic.Value}"))} (./run dead-letters)");
        return string.Join('\n', lines);
    }

    private static string Rates(TrafficStatus traffic) =>
        string.Create(CultureInfo.InvariantCulture, $"{traffic.PublishedPerSecond:0.#} published/s, {traffic.DeliveredPerSecond:0.#} delivered/s");

    private static string Actors(InstanceStatus instance) => string.Join(", ", instance.Actors.Select(actors => $"{actors.Key} {actors.Value}"));

    private static void AddServer(Table table, string name, ServerStatus? server)
    {
        if (server is null) return;

        string port = server.Address is { } address ? address[(address.LastIndexOf(':') + 1)..] : "";
        table.AddRow(name, "", Number(server.Pid), port, "", server.Pid is null ? "no" : "yes", Number(server.Restarts), "");
    }

    private static string Number(int? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "–";
}
