import { DecodeError, Reader } from './reader';
import type {
  DeadLetter,
  DeadLetters,
  InstanceStatus,
  NamedValue,
  ServiceStatus,
  SystemStatus,
} from './types';

/**
 * Decodes the document of `GET /api/status`. It is read part by part: the status page has to say something while the
 * system is being upgraded, so a part it cannot read is left out instead of failing the rest.
 */
export function decodeStatus(value: unknown): SystemStatus {
  const r = new Reader(value, 'status');
  const rejected = lenient(() => new Reader(r.get('rejected'), 'status.rejected'), null);
  return {
    time: lenient(() => r.timeOrNull('time'), null),
    services: lenient(() => r.array('services').map(decodeService), []),
    rates: lenient(() => namedNumbers(r.get('rates'), 'status.rates'), []),
    latencyMs: lenient(() => decodeLatency(r.get('latency')), null),
    rejectedTotal: lenient(() => rejected?.numberOr('total', 0) ?? 0, 0),
    rejectedByField: lenient(() => namedNumbers(rejected?.get('byField'), 'status.rejected.byField'), []),
    rejectedReasons: lenient(() => (rejected?.array('recent') ?? []).flatMap(decodeReasons), []),
    ordering: lenient(() => namedNumbers(r.get('ordering'), 'status.ordering'), []),
    deadLetters: lenient(() => decodeDeadLetters(r.get('deadLetters')), noDeadLetters),
    components: lenient(() => r.array('components').map(decodeComponent), []),
    connections: lenient(() => r.numberOrNull('connections'), null),
  };
}

function decodeService(value: unknown, index: number): ServiceStatus {
  const r = new Reader(value, `status.services[${index}]`);
  return { app: r.text('app'), instances: r.array('instances').map(decodeInstance) };
}

function decodeInstance(value: unknown, index: number): InstanceStatus {
  const r = new Reader(value, `status.instances[${index}]`);
  return {
    instance: r.text('instance'),
    startedAt: r.timeOrNull('startedAt'),
    lastSeen: r.timeOrNull('lastSeen'),
    alive: r.get('alive') !== false,
    actors: namedNumbers(r.get('actors'), 'status.actors'),
  };
}

function decodeLatency(value: unknown): SystemStatus['latencyMs'] {
  const r = new Reader(value, 'status.latency');
  const [p50, p95, p99] = [r.numberOrNull('p50'), r.numberOrNull('p95'), r.numberOrNull('p99')];
  return p50 === null || p95 === null || p99 === null ? null : { p50, p95, p99 };
}

/** `{index, errors: {field: [message]}}` as "field: message" texts. */
function decodeReasons(value: unknown): string[] {
  const r = new Reader(value, 'status.rejected.recent');
  const errors = new Reader(r.get('errors') ?? {}, 'status.rejected.errors');
  return errors
    .keys()
    .flatMap((field) => errors.array(field).map((message) => reason(field, String(message))));
}

function reason(field: string, message: string): string {
  return message.startsWith(field) ? message : `${field}: ${message}`;
}

const noDeadLetters: DeadLetters = { total: 0, byTopic: [], recent: [] };

function decodeDeadLetters(value: unknown): DeadLetters {
  if (value === undefined || value === null) return noDeadLetters;
  const r = new Reader(value, 'status.deadLetters');
  return {
    total: r.numberOr('total', 0),
    byTopic: namedNumbers(r.get('byTopic'), 'status.deadLetters.byTopic'),
    recent: r.array('recent').map(decodeDeadLetter),
  };
}

function decodeDeadLetter(value: unknown, index: number): DeadLetter {
  const r = new Reader(value, `status.deadLetters.recent[${index}]`);
  return {
    time: r.timeOrNull('time'),
    topic: r.text('topic'),
    app: r.textOrNull('app') ?? '',
    id: r.textOrNull('id') ?? '',
    content: r.textOrNull('content') ?? '',
  };
}

function decodeComponent(value: unknown): string {
  const r = new Reader(value, 'status.components');
  const type = r.textOrNull('type');
  return type === null ? r.text('name') : `${r.text('name')} (${type})`;
}

function namedNumbers(value: unknown, path: string): NamedValue[] {
  if (value === undefined || value === null) return [];
  const r = new Reader(value, path);
  return r.keys().map((name) => ({ name, value: r.number(name) }));
}

function lenient<T>(read: () => T, fallback: T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof DecodeError) return fallback;
    throw error;
  }
}
