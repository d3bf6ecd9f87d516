"""Signals of RSI re-cross and both EMA crosses, computed again from the prices alone.

Usage: recompute.py FILE.csv    (columns open, high, low, close)
Prints one line per signal: strategy, number of the bar from 1, side.
Shares no code and no intermediate value with the platform; standard library only.
"""

import csv
import sys

STANDSTILL = 14


def ema(values, period):
    """Exponential average that starts as the simple mean of its first period."""
    out, smoothing = [None] * len(values), 2 / (period + 1)
    if len(values) < period:
        return out
    average = sum(values[:period]) / period
    out[period - 1] = average
    for i in range(period, len(values)):
        average = values[i] * smoothing + average * (1 - smoothing)
        out[i] = average
    return out


def rsi(values, period):
    """Relative strength after Wilder: averages start as means of the first changes."""
    out = [None] * len(values)
    changes = [b - a for a, b in zip(values, values[1:])]
    if len(changes) < period:
        return out
    gain = sum(max(c, 0) for c in changes[:period]) / period
    loss = sum(max(-c, 0) for c in changes[:period]) / period
    for i in range(period, len(values)):
        if i > period:
            gain = (gain * (period - 1) + max(changes[i - 1], 0)) / period
            loss = (loss * (period - 1) + max(-changes[i - 1], 0)) / period
        out[i] = 100 * gain / (gain + loss) if gain + loss > 0 else 100
    return out


def unchanged(values):
    """How many closes in a row equal the one before them."""
    out = [0] * len(values)
    for i in range(1, len(values)):
        out[i] = out[i - 1] + 1 if values[i] == values[i - 1] else 0
    return out


def signals(closes):
    strength, still = rsi(closes, 14), unchanged(closes)
    crosses = [("ema-cross", ema(closes, 12), ema(closes, 26)), ("ema-cross-fast", ema(closes, 9), ema(closes, 21))]
    for i in range(1, len(closes)):
        if max(still[i - 1], still[i]) >= STANDSTILL:
            continue
        if strength[i - 1] is not None:
            if strength[i - 1] < 30 <= strength[i]:
                yield "rsi-recross", i + 1, "buy"
            elif strength[i - 1] > 70 >= strength[i]:
                yield "rsi-recross", i + 1, "sell"
        for name, fast, slow in crosses:
            if slow[i - 1] is None:
                continue
            before, after = fast[i - 1] - slow[i - 1], fast[i] - slow[i]
            if before <= 0 < after:
                yield name, i + 1, "buy"
            elif before >= 0 > after:
                yield name, i + 1, "sell"


def main():
    with open(sys.argv[1], encoding="utf-8", newline="") as file:
        closes = [float(row["close"]) for row in csv.DictReader(file)]
    for strategy, number, side in signals(closes):
        print(strategy, number, side)


main()
