import type { AccuracyReport } from '../wire/decode-accuracy';
import { decodeAccuracy } from '../wire/decode-accuracy';
import type { Settings, SettingsVersion, Strategies } from '../wire/decode-strategies';
import { decodeSettingsVersion, decodeStrategies } from '../wire/decode-strategies';

const on = { name: 'enabled', title: 'On', kind: 'boolean', default: 'true' };
const least = {
  name: 'minConfidence',
  title: 'Least confidence',
  kind: 'number',
  default: '0',
  least: 0,
  most: 1,
};

const quiet = {
  name: 'coolDown',
  title: 'Quiet bars before a signal',
  kind: 'integer',
  default: '0',
  least: 0,
  most: 100,
};

/** As the server answers, with two strategies. */
export function demoStrategies(
  settings: Settings = {
    rsiRecross: { enabled: true, minConfidence: 0, coolDown: 0, oversold: 30, overbought: 70 },
    macdCross: { enabled: true, minConfidence: 0, coolDown: 0, zeroSide: 'trend' },
    context: { weight: 0.1 },
  },
  version = 2,
  effectiveFrom = 1_700_000_000_000,
): Strategies {
  return decodeStrategies({
    ...settings,
    version,
    effectiveFrom,
    contextWeight: {
      name: 'weight',
      title: 'Weight of market events in the confidence',
      kind: 'number',
      default: '0.1',
      least: 0,
      most: 0.3,
    },
    strategies: [
      {
        name: 'rsi-recross',
        field: 'rsiRecross',
        title: 'RSI re-cross',
        warmUpBars: 15,
        parameters: [
          on,
          least,
          quiet,
          { name: 'oversold', title: 'Oversold mark', kind: 'number', default: '30', least: 1, most: 50 },
          {
            name: 'overbought',
            title: 'Overbought mark',
            kind: 'number',
            default: '70',
            least: 50,
            most: 99,
          },
        ],
      },
      {
        name: 'macd-cross',
        field: 'macdCross',
        title: 'MACD cross',
        warmUpBars: 34,
        parameters: [
          on,
          least,
          quiet,
          {
            name: 'zeroSide',
            title: 'Side of zero',
            kind: 'choice',
            default: '"trend"',
            choices: ['trend', 'any', 'reversal'],
          },
        ],
      },
    ],
  });
}

export const demoHistory: readonly SettingsVersion[] = [
  decodeSettingsVersion({
    version: 2,
    effectiveFrom: 1_700_000_000_000,
    changedAt: 1_699_999_992_000,
    changedBy: 'alice',
    changes: [{ field: 'rsiRecross.oversold', from: '25', to: '30' }],
  }),
  decodeSettingsVersion({ version: 1, effectiveFrom: 0, changes: [] }),
];

export function demoAccuracy(symbol: string | null): AccuracyReport {
  const row = (side: string, n: number, hits: number): object => ({
    strategy: 'rsi-recross',
    side,
    symbol: symbol ?? 'all',
    horizon: 20,
    n,
    hits,
    hitRate: n === 0 ? null : hits / n,
    low: n === 0 ? 0 : Math.max(0, hits / n - 0.1),
    high: n === 0 ? 1 : Math.min(1, hits / n + 0.1),
    baseRate: n === 0 ? null : 0.531,
    meanReturn: n === 0 ? null : 0.00042,
    pending: 3,
  });
  return decodeAccuracy({
    commissionBps: 1,
    slippageBps: 2,
    horizons: [1, 5, 20, 60],
    fewest: 30,
    asOf: 1_700_000_000_000,
    rows: [row('both', 131, 70), row('buy', 112, 61), row('sell', 19, 9)],
  });
}
