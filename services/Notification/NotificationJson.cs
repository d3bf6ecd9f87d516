using System.Text.Json;
using System.Text.Json.Serialization;
using DaprTrading.Notification.Alerts;
using DaprTrading.Notification.Channels;
using DaprTrading.Notification.History;

namespace DaprTrading.Notification;

/// <summary>JSON metadata of this service's own state and answers.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AlertRuleList))]
[JsonSerializable(typeof(AlertRuleRequest))]
[JsonSerializable(typeof(IReadOnlyList<AlertRule>))]
[JsonSerializable(typeof(ReadMarks))]
[JsonSerializable(typeof(ReadRequest))]
[JsonSerializable(typeof(ReadAnswer))]
[JsonSerializable(typeof(CoolDownMemory))]
[JsonSerializable(typeof(IReadOnlyList<ChannelStatus>))]
internal sealed partial class NotificationJson : JsonSerializerContext;
