global using DaprTrading.Contracts;
