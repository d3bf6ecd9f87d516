import type { UnixMs } from './brand';
import { unixMs } from './brand';

/** A message from the network that is not what the contract says; names the field. */
export class DecodeError extends Error {
  constructor(path: string, expected: string, received: unknown) {
    super(`${path}: expected ${expected}, received ${describe(received)}`);
    this.name = 'DecodeError';
  }
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  const text =
    typeof value === 'object' ? (Array.isArray(value) ? 'an array' : 'an object') : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** Reads typed fields out of an unknown object. Absent and null are the same on this wire. */
export class Reader {
  private readonly fields: Readonly<Record<string, unknown>>;

  constructor(
    value: unknown,
    private readonly path: string,
  ) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new DecodeError(path, 'an object', value);
    this.fields = value as Record<string, unknown>;
  }

  get(name: string): unknown {
    return this.fields[name];
  }

  keys(): string[] {
    return Object.keys(this.fields);
  }

  number(name: string): number {
    const value = this.fields[name];
    if (typeof value !== 'number' || !Number.isFinite(value))
      throw new DecodeError(`${this.path}.${name}`, 'a finite number', value);
    return value;
  }

  numberOrNull(name: string): number | null {
    const value = this.fields[name];
    return value === undefined || value === null ? null : this.number(name);
  }

  numberOr(name: string, fallback: number): number {
    return this.numberOrNull(name) ?? fallback;
  }

  text(name: string): string {
    const value = this.fields[name];
    if (typeof value !== 'string') throw new DecodeError(`${this.path}.${name}`, 'a string', value);
    return value;
  }

  textOrNull(name: string): string | null {
    const value = this.fields[name];
    return value === undefined || value === null ? null : this.text(name);
  }

  /** A time as Unix milliseconds or, in answers made for people, as ISO 8601. */
  time(name: string): UnixMs {
    const value = this.fields[name];
    const ms = typeof value === 'string' ? Date.parse(value) : value;
    if (typeof ms !== 'number' || !Number.isFinite(ms))
      throw new DecodeError(`${this.path}.${name}`, 'a time', value);
    return unixMs(ms);
  }

  timeOrNull(name: string): UnixMs | null {
    const value = this.fields[name];
    return value === undefined || value === null ? null : this.time(name);
  }

  oneOf<T extends string>(name: string, allowed: readonly T[]): T {
    const value = this.fields[name];
    const found = allowed.find((candidate) => candidate === value);
    if (found === undefined) throw new DecodeError(`${this.path}.${name}`, allowed.join(' or '), value);
    return found;
  }

  array(name: string): readonly unknown[] {
    const value = this.fields[name];
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) throw new DecodeError(`${this.path}.${name}`, 'an array', value);
    return value;
  }
}
