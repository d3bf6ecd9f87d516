global using DaprTrading.Contracts;
global using Notice = DaprTrading.Contracts.Notification;
