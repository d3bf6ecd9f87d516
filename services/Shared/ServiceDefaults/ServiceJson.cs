using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Dapr.AspNetCore;
using DaprTrading.Contracts;

namespace DaprTrading.ServiceDefaults;

/// <summary>The one set of JSON options: source-generated metadata only, camelCase, absent instead of null.</summary>
public static class ServiceJson
{
    /// <summary>Options that know the contracts and the given contexts.</summary>
    /// <param name="contexts">Contexts of the service's own types.</param>
    public static JsonSerializerOptions Options(params JsonSerializerContext[] contexts)
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            TypeInfoResolver = Resolver(contexts),
        };
        options.MakeReadOnly();
        return options;
    }

    internal static IJsonTypeInfoResolver Resolver(JsonSerializerContext[] contexts) => JsonTypeInfoResolver.Combine(
        [ContractsJson.Default, ServiceDefaultsJson.Default, .. contexts]);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BulkSubscribeMessage<BulkMessageModel<BarBatch>>))]
[JsonSerializable(typeof(BulkSubscribeMessage<BulkMessageModel<IndicatorBatch>>))]
[JsonSerializable(typeof(BulkSubscribeMessage<BulkMessageModel<TradingSignal>>))]
[JsonSerializable(typeof(BulkSubscribeMessage<BulkMessageModel<Notification>>))]
[JsonSerializable(typeof(BulkSubscribeMessage<BulkMessageModel<SymbolSummary>>))]
[JsonSerializable(typeof(BulkSubscribeMessage<BulkMessageModel<MarketEventBatch>>))]
[JsonSerializable(typeof(BulkSubscribeMessage<BulkMessageModel<RejectedBatch>>))]
[JsonSerializable(typeof(BulkSubscribeMessage<BulkMessageModel<Heartbeat>>))]
[JsonSerializable(typeof(BulkSubscribeAppResponse))]
[JsonSerializable(typeof(StateLogPage<TradingSignal>))]
[JsonSerializable(typeof(StateLogPage<Notification>))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(double))]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(List<string>))]
internal sealed partial class ServiceDefaultsJson : JsonSerializerContext;
