using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>What a sidecar measures, under Dapr's names, as Prometheus reads it. Recording is safe from any thread and never waits.</summary>
internal sealed class SidecarMetrics
{
    private static readonly FrozenSet<string> Verbs =
        FrozenSet.ToFrozenSet(["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE"], StringComparer.Ordinal);

    private const int MaxKept = 1000;

    private readonly LocalSidecar _sidecar;
    private readonly string _namespace;
    private readonly ConcurrentDictionary<(string Group, string Verb, int Status), ServerSeries> _server = new();
    private readonly ConcurrentDictionary<(string Verb, int Status), ClientSeries> _client = new();
    private readonly ConcurrentDictionary<(string Component, string Topic, bool Success), FlowSeries> _egress = new();
    private readonly ConcurrentDictionary<(string Component, string Operation, bool Success), FlowSeries> _state = new();
    private readonly ConcurrentDictionary<string, CounterSeries> _sentTo = new(StringComparer.Ordinal), _receivedFrom = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string App, int Status), CounterSeries> _answeredTo = new();
    private readonly ConcurrentDictionary<(string App, int Status), FlowSeries> _answersOf = new();
    private readonly MetricFamily<CounterSeries> _requests, _responses, _completed, _probes, _ingress, _ingressBulk, _ingressBulkEvents,
        _egressCount, _egressBulk, _egressBulkEvents, _stateCount, _secretCount, _sent, _received, _answered, _answers, _allowed, _blocked, _deactivated, _moved;
    private readonly MetricFamily<LatencySeries> _latency, _roundTrip, _probeTrip, _ingressTime, _egressTime, _stateTime, _invokeTime;
    private readonly MetricFamily<GaugeSeries> _components, _pending, _timers, _reminders;

    public SidecarMetrics(LocalSidecar sidecar)
    {
        _sidecar = sidecar;
        _namespace = sidecar.Options.Namespace;
        _requests = Counter("dapr_http_server_request_count", "Requests to the API.", "method", "path", "status");
        _responses = Counter("dapr_http_server_response_count", "Answers of the API.", "method", "path", "status");
        _latency = Latency("dapr_http_server_latency", "Time to answer a request to the API, in ms.", "method", "path", "status");
        _completed = Counter("dapr_http_client_completed_count", "Answered calls into the app.", "method", "path", "status");
        _roundTrip = Latency("dapr_http_client_roundtrip_latency", "Time until the app answers, in ms.", "method", "path", "status");
        _probes = Counter("dapr_http_healthprobes_completed_count", "Health probes of the app.", "status");
        _probeTrip = Latency("dapr_http_healthprobes_roundtrip_latency", "Time until the app answers a probe, in ms.", "status");
        _ingress = Counter("dapr_component_pubsub_ingress_count", "Messages from a broker.", "component", "namespace", "process_status", "status", "topic");
        _ingressTime = Latency("dapr_component_pubsub_ingress_latencies", "Time to deliver a message, in ms.", "component", "namespace", "process_status", "status", "topic");
        _ingressBulk = Counter("dapr_component_pubsub_ingress_bulk_count", "Bulk deliveries.", "component", "namespace", "process_status", "topic");
        _ingressBulkEvents = Counter("dapr_component_pubsub_ingress_bulk_event_count", "Messages in bulk deliveries.", "component", "namespace", "process_status", "topic");
        _egressCount = Counter("dapr_component_pubsub_egress_count", "Messages published.", "component", "namespace", "success", "topic");
        _egressTime = Latency("dapr_component_pubsub_egress_latencies", "Time to publish a message, in ms.", "component", "namespace", "success", "topic");
        _egressBulk = Counter("dapr_component_pubsub_egress_bulk_count", "Bulk publishes.", "component", "namespace", "success", "topic");
        _egressBulkEvents = Counter("dapr_component_pubsub_egress_bulk_event_count", "Messages in bulk publishes.", "component", "namespace", "success", "topic");
        _stateCount = Counter("dapr_component_state_count", "Calls to a state store.", "component", "namespace", "operation", "success");
        _stateTime = Latency("dapr_component_state_latencies", "Time of a call to a state store, in ms.", "component", "namespace", "operation", "success");
        _secretCount = Counter("dapr_component_secret_count", "Calls to a secret store.", "component", "namespace", "operation", "success");
        _components = Gauge("dapr_runtime_component_loaded", "Components the app may use.", "type");
        _sent = Counter("dapr_runtime_service_invocation_req_sent_total", "Calls of other apps.", "dst_app_id", "type");
        _received = Counter("dapr_runtime_service_invocation_req_recv_total", "Calls by other apps.", "src_app_id", "type");
        _answered = Counter("dapr_runtime_service_invocation_res_sent_total", "Answers to other apps.", "dst_app_id", "status", "type");
        _answers = Counter("dapr_runtime_service_invocation_res_recv_total", "Answers of other apps.", "src_app_id", "status", "type");
        _invokeTime = Latency("dapr_runtime_service_invocation_res_recv_latency_ms", "Time until another app answers, in ms.", "src_app_id", "status");
        _allowed = Counter("dapr_runtime_acl_app_policy_action_allowed_total", "Calls the access control let in.", "src_app_id");
        _blocked = Counter("dapr_runtime_acl_app_policy_action_blocked_total", "Calls the access control refused.", "src_app_id");
        _pending = Gauge("dapr_runtime_actor_pending_actor_calls", "Calls waiting for a turn.", "actor_type");
        _timers = Gauge("dapr_runtime_actor_timers", "Registered timers.", "actor_type");
        _reminders = Gauge("dapr_runtime_actor_reminders", "Registered reminders.", "actor_type");
        _deactivated = Counter("dapr_runtime_actor_deactivated_total", "Deactivated actors.", "actor_type");
        _moved = Counter("dapr_runtime_actor_rebalanced_total", "Actors that lost their host.", "actor_type");
    }

    /// <summary>An answered request; the group is the part of the path after the version, empty for none of Dapr's own.</summary>
    public void Served(string group, string verb, int status, TimeSpan took)
    {
        if (!_server.TryGetValue((group, verb, status), out ServerSeries? series))
        {
            string method = Verbs.Contains(verb) ? verb : "OTHER";
            string[] labels = [method, group.Length == 0 ? "" : "/v1.0/" + group, Text(status)];
            series = new ServerSeries(_requests.With(labels), _responses.With(labels), _latency.With(labels));
            if (method == verb) _server.TryAdd((group, verb, status), series);
        }

        series.Requests.Add();
        series.Responses.Add();
        series.Latency.Add(took);
    }

    /// <summary>A call into the app that was answered.</summary>
    public void Called(string verb, int status, TimeSpan took)
    {
        if (!_client.TryGetValue((verb, status), out ClientSeries? series))
        {
            string method = Verbs.Contains(verb) ? verb : "OTHER";
            series = new ClientSeries(_completed.With(method, "", Text(status)), _roundTrip.With(method, "", Text(status)));
            if (method == verb) _client.TryAdd((verb, status), series);
        }

        series.Completed.Add();
        series.Latency.Add(took);
    }

    public void Probed(int status, TimeSpan took)
    {
        _probes.With(Text(status)).Add();
        _probeTrip.With(Text(status)).Add(took);
    }

    /// <summary>The series of deliveries with one outcome: <c>success</c>, <c>retry</c> or <c>drop</c>.</summary>
    public FlowSeries Ingress(string component, string topic, string outcome) => new(
        _ingress.With(component, _namespace, outcome, outcome, topic), _ingressTime.With(component, _namespace, outcome, outcome, topic));

    public void IngressBulk(string component, string topic, int events)
    {
        _ingressBulk.With(component, _namespace, "success", topic).Add();
        _ingressBulkEvents.With(component, _namespace, "success", topic).Add(events);
    }

    public void Published(string component, string topic, bool success, TimeSpan took)
    {
        if (!_egress.TryGetValue((component, topic, success), out FlowSeries? series))
        {
            string[] labels = [component, _namespace, Text(success), topic];
            series = new FlowSeries(_egressCount.With(labels), _egressTime.With(labels));
            if (_egress.Count < MaxKept) _egress.TryAdd((component, topic, success), series);
        }

        series.Add(took);
    }

    public void PublishedBulk(string component, string topic, int events, int failures)
    {
        string success = Text(failures == 0);
        _egressBulk.With(component, _namespace, success, topic).Add();
        _egressBulkEvents.With(component, _namespace, success, topic).Add(events - failures);
    }

    public void StateCalled(string component, string operation, bool success, TimeSpan took)
    {
        if (!_state.TryGetValue((component, operation, success), out FlowSeries? series))
        {
            string[] labels = [component, _namespace, operation, Text(success)];
            series = _state.GetOrAdd((component, operation, success), new FlowSeries(_stateCount.With(labels), _stateTime.With(labels)));
        }

        series.Add(took);
    }

    public void SecretRead(string component, string operation, bool success) => _secretCount.With(component, _namespace, operation, Text(success)).Add();

    public void Invoking(string target) =>
        Kept(_sentTo, target, static (all, target) => all._sent.With(target, "unary")).Add();

    public void Invoked(string target, int status, TimeSpan took) => Kept(
        _answersOf, (App: target, Status: status), static (all, of) => new FlowSeries(all._answers.With(of.App, Text(of.Status), "unary"), all._invokeTime.With(of.App, Text(of.Status)))).Add(took);

    public void Received(string caller) =>
        Kept(_receivedFrom, caller, static (all, caller) => all._received.With(caller, "unary")).Add();

    public void Answered(string caller, int status) =>
        Kept(_answeredTo, (App: caller, Status: status), static (all, to) => all._answered.With(to.App, Text(to.Status), "unary")).Add();

    public void Admitted(string caller, bool allowed) => (allowed ? _allowed : _blocked).With(caller).Add();

    /// <summary>Answers a scrape.</summary>
    public Task ServeAsync(HttpContext http)
    {
        Look();
        var text = new StringBuilder(16 * 1024);
        foreach (MetricFamily<CounterSeries> family in (MetricFamily<CounterSeries>[])
            [
                _requests, _responses, _completed, _probes, _ingress, _ingressBulk, _ingressBulkEvents, _egressCount, _egressBulk, _egressBulkEvents,
                _stateCount, _secretCount, _sent, _received, _answered, _answers, _allowed, _blocked, _deactivated, _moved,
            ]) family.Write(text);
        foreach (MetricFamily<LatencySeries> family in (MetricFamily<LatencySeries>[])[_latency, _roundTrip, _probeTrip, _ingressTime, _egressTime, _stateTime, _invokeTime]) family.Write(text);
        foreach (MetricFamily<GaugeSeries> family in (MetricFamily<GaugeSeries>[])[_components, _pending, _timers, _reminders]) family.Write(text);
        http.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        return http.Response.WriteAsync(text.ToString(), http.RequestAborted);
    }

    // Finding a series by its labels takes longer than a call may.
    private TSeries Kept<TKey, TSeries>(ConcurrentDictionary<TKey, TSeries> kept, TKey key, Func<SidecarMetrics, TKey, TSeries> find)
        where TKey : notnull
    {
        if (kept.TryGetValue(key, out TSeries? known)) return known;
        TSeries series = find(this, key);
        if (kept.Count < MaxKept) kept.TryAdd(key, series);
        return series;
    }

    // What is known elsewhere is asked for when it is wanted.
    private void Look()
    {
        foreach (var type in _sidecar.Services.Registry.ForApp(_sidecar.Options.AppId).GroupBy(component => component.Type, StringComparer.Ordinal))
        {
            _components.With(type.Key).Set(type.Count());
        }

        foreach (ActorMeasure measure in _sidecar.Services.Actors.Measures(_sidecar))
        {
            _pending.With(measure.Type).Set(measure.Waiting);
            _timers.With(measure.Type).Set(measure.Timers);
            _reminders.With(measure.Type).Set(measure.Reminders);
            _deactivated.With(measure.Type).Raise(measure.Deactivations);
            _moved.With(measure.Type).Raise(measure.Moved);
        }
    }

    private MetricFamily<CounterSeries> Counter(string name, string help, params string[] labels) => new(name, help, _sidecar.Options.AppId, labels);

    private MetricFamily<GaugeSeries> Gauge(string name, string help, params string[] labels) => new(name, help, _sidecar.Options.AppId, labels);

    private MetricFamily<LatencySeries> Latency(string name, string help, params string[] labels) => new(name, help, _sidecar.Options.AppId, labels);

    private static string Text(int status) => status.ToString(CultureInfo.InvariantCulture);

    private static string Text(bool success) => success ? "true" : "false";

    private sealed record ServerSeries(CounterSeries Requests, CounterSeries Responses, LatencySeries Latency);

    private sealed record ClientSeries(CounterSeries Completed, LatencySeries Latency);
}

/// <summary>How many, and how long each took.</summary>
internal sealed record FlowSeries(CounterSeries Count, LatencySeries Latency)
{
    public void Add(TimeSpan took)
    {
        Count.Add();
        Latency.Add(took);
    }
}
