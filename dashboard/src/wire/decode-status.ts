import { DecodeError, Reader } from './reader';
import type { InstanceStatus, NamedValue, ServiceStatus, SystemStatus } from './types';

/**
 * Decodes the document of `GET /api/status`. It is read leniently, part by part: the status page has to say
 * something while parts of the system are being upgraded, so an unknown part is left out instead of failing the rest.
 */
export function decodeStatus(value: unknown): SystemStatus {
  const r = new Reader(value, 'status');
  const rejected = r.get('rejected');
  return {
    time: lenient(() => r.timeOrNull('time'), null),
    services: lenient(() => decodeServices(r.get('services') ?? r.get('apps')), []),
    rates: namedValues(r.get('rates')),
    latencyMs: lenient(() => decodeLatency(r.get('latency') ?? r.get('latencyMs')), null),
    lag: namedValues(r.get('lag')),
    rejectedTotal: typeof rejected === 'number' ? rejected : rejectedTotal(rejected),
    rejectedReasons: rejectedReasons(rejected),
    components: componentNames(r.get('components')),
  };
}

function decodeServices(value: unknown): ServiceStatus[] {
  if (Array.isArray(value))
    return value.map((v, i) => {
      const r = new Reader(v, `status.services[${i}]`);
      return {
        app: r.textOrNull('app') ?? r.text('name'),
        instances: r.array('instances').map(decodeInstance),
      };
    });
  if (value === undefined || value === null) return [];
  const r = new Reader(value, 'status.services');
  return r.keys().map((app) => ({ app, instances: r.array(app).map(decodeInstance) }));
}

function decodeInstance(value: unknown, index: number): InstanceStatus {
  if (typeof value === 'string')
    return { instance: value, startedAt: null, seenAt: null, actors: 0, rate: null };
  const r = new Reader(value, `instance[${index}]`);
  const actors = r.get('actors');
  return {
    instance: r.textOrNull('instance') ?? r.textOrNull('id') ?? String(index + 1),
    startedAt: lenient(() => r.timeOrNull('startedAt'), null),
    seenAt: lenient(() => r.timeOrNull('time') ?? r.timeOrNull('seenAt') ?? r.timeOrNull('lastSeen'), null),
    actors:
      typeof actors === 'number' ? actors : namedValues(actors).reduce((sum, entry) => sum + entry.value, 0),
    rate: lenient(() => r.numberOrNull('rate') ?? r.numberOrNull('perSecond'), null),
  };
}

function decodeLatency(value: unknown): SystemStatus['latencyMs'] {
  if (value === undefined || value === null) return null;
  const r = new Reader(value, 'status.latency');
  const read = (name: string): number => r.numberOrNull(name) ?? r.number(`${name}Ms`);
  return { p50: read('p50'), p95: read('p95'), p99: read('p99') };
}

function rejectedTotal(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const total = (value as Record<string, unknown>)['total'];
  return typeof total === 'number'
    ? total
    : rejectedReasons(value).reduce((sum, entry) => sum + entry.value, 0);
}

function rejectedReasons(value: unknown): NamedValue[] {
  if (Array.isArray(value)) return namedValues(value);
  if (typeof value !== 'object' || value === null) return [];
  const reasons = (value as Record<string, unknown>)['reasons'];
  return namedValues(reasons ?? value).filter((entry) => entry.name !== 'total');
}

/** `{name: number}` or `[{name | reason | stage | field, count | value | perSecond}]`. */
function namedValues(value: unknown): NamedValue[] {
  if (typeof value !== 'object' || value === null) return [];
  if (!Array.isArray(value))
    return Object.entries(value).flatMap(([name, v]) => (typeof v === 'number' ? [{ name, value: v }] : []));
  return value.flatMap((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null) return [];
    const values: unknown[] = Object.values(entry);
    const words = values.filter((v): v is string => typeof v === 'string');
    const count = values.find((v): v is number => typeof v === 'number');
    return words.length > 0 && count !== undefined ? [{ name: words.join(': '), value: count }] : [];
  });
}

function componentNames(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (!Array.isArray(value)) return Object.entries(value).map(([name, type]) => `${name} (${String(type)})`);
  return value.flatMap((entry: unknown) => {
    if (typeof entry === 'string') return [entry];
    if (typeof entry !== 'object' || entry === null) return [];
    const { name, type } = entry as Record<string, unknown>;
    return typeof name === 'string' ? [typeof type === 'string' ? `${name} (${type})` : name] : [];
  });
}

function lenient<T>(read: () => T, fallback: T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof DecodeError) return fallback;
    throw error;
  }
}
