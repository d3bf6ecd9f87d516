using System.Text.Json.Serialization;

namespace DaprTrading.Tests.Contract.Sdk;

public record Order(int OrderId, string? ProductName);

public sealed record RushOrder(int OrderId, string? ProductName, int Hours) : Order(OrderId, ProductName);

public sealed record Unknown(int Number);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Order))]
public sealed partial class OrdersJson : JsonSerializerContext;
