import type { UnixMs } from './brand';
import { Reader } from './reader';

export type SettingValue = number | boolean | string;
/** All settings: by strategy, by parameter. */
export type Settings = Readonly<Record<string, Readonly<Record<string, SettingValue>>>>;

/** What can be set of a strategy. */
export interface Parameter {
  readonly name: string;
  readonly title: string;
  readonly kind: string;
  /** As JSON. */
  readonly initial: string;
  readonly least: number | null;
  readonly most: number | null;
  readonly choices: readonly string[];
}

export interface Strategy {
  readonly name: string;
  /** Name of its settings. */
  readonly field: string;
  readonly title: string;
  readonly warmUpBars: number;
  readonly parameters: readonly Parameter[];
}

/** The settings, their bounds, and since when they apply. */
export interface Strategies {
  readonly version: number;
  readonly effectiveFrom: UnixMs;
  readonly settings: Settings;
  readonly strategies: readonly Strategy[];
}

/** One change of the settings. */
export interface SettingsVersion {
  readonly version: number;
  readonly effectiveFrom: UnixMs;
  readonly changedAt: UnixMs | null;
  readonly changedBy: string | null;
  readonly changes: readonly { readonly field: string; readonly from: string; readonly to: string }[];
}

export function decodeStrategies(value: unknown, path = 'strategies'): Strategies {
  const r = new Reader(value, path);
  const strategies = r.array('strategies').map((each, i) => decodeStrategy(each, `${path}.strategies[${i}]`));
  const context = r.get('contextWeight');
  const market: Strategy[] =
    context === undefined || context === null
      ? []
      : [
          {
            name: '',
            field: 'context',
            title: 'Market events',
            warmUpBars: 0,
            parameters: [decodeParameter(context, `${path}.contextWeight`)],
          },
        ];
  const all = [...strategies, ...market];
  return {
    version: r.number('version'),
    effectiveFrom: r.time('effectiveFrom'),
    settings: Object.fromEntries(all.map(({ field }) => [field, values(r.get(field), `${path}.${field}`)])),
    strategies: all,
  };
}

export function decodeSettingsVersion(value: unknown, path = 'version'): SettingsVersion {
  const r = new Reader(value, path);
  return {
    version: r.number('version'),
    effectiveFrom: r.time('effectiveFrom'),
    changedAt: r.timeOrNull('changedAt'),
    changedBy: r.textOrNull('changedBy'),
    changes: r.array('changes').map((each, i) => {
      const change = new Reader(each, `${path}.changes[${i}]`);
      return { field: change.text('field'), from: change.text('from'), to: change.text('to') };
    }),
  };
}

function decodeStrategy(value: unknown, path: string): Strategy {
  const r = new Reader(value, path);
  return {
    name: r.text('name'),
    field: r.text('field'),
    title: r.text('title'),
    warmUpBars: r.number('warmUpBars'),
    parameters: r.array('parameters').map((each, i) => decodeParameter(each, `${path}.parameters[${i}]`)),
  };
}

function decodeParameter(value: unknown, path: string): Parameter {
  const r = new Reader(value, path);
  return {
    name: r.text('name'),
    title: r.text('title'),
    kind: r.text('kind'),
    initial: r.text('default'),
    least: r.numberOrNull('least'),
    most: r.numberOrNull('most'),
    choices: r.array('choices').filter((each): each is string => typeof each === 'string'),
  };
}

function values(value: unknown, path: string): Record<string, SettingValue> {
  const r = new Reader(value, path);
  const found: Record<string, SettingValue> = {};
  for (const name of r.keys()) {
    const each = r.get(name);
    if (typeof each === 'number' || typeof each === 'boolean' || typeof each === 'string') found[name] = each;
  }
  return found;
}
