import { decodeStatus } from './decode-status';
import { DecodeError, Reader } from './reader';
import type {
  AlertRule,
  Candle,
  HubMessage,
  HubMessageKind,
  IndicatorName,
  IndicatorPoint,
  MarketEvent,
  Notice,
  Quote,
  Side,
  SymbolSummary,
  TradingSignal,
  Trend,
} from './types';
import { indicatorNames } from './types';

/** Told about every element that was dropped because it breaks the contract. */
export type OnMalformed = (error: DecodeError) => void;

const sides: readonly Side[] = ['buy', 'sell'];
const trends: readonly Trend[] = ['up', 'down', 'flat', 'unknown'];

/** Decodes the elements of a list one by one: a bad one is reported and dropped, the others stay. */
export function decodeList<T>(
  value: unknown,
  path: string,
  item: (v: unknown, path: string) => T,
  bad: OnMalformed,
): T[] {
  const source = listOf(value, path);
  const result: T[] = [];
  source.forEach((element, index) => {
    try {
      result.push(item(element, `${path}[${index}]`));
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      bad(error);
    }
  });
  return result;
}

/** A bare array, or a page object with exactly one array in it. */
function listOf(value: unknown, path: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  const reader = new Reader(value, path);
  const arrays = reader.keys().filter((key) => Array.isArray(reader.get(key)));
  const only = arrays[0];
  if (arrays.length !== 1 || only === undefined) throw new DecodeError(path, 'an array', value);
  return reader.array(only);
}

export function decodePoint(value: unknown, path = 'point'): IndicatorPoint {
  const r = new Reader(value, path);
  const indicators = {} as Record<IndicatorName, number | null>;
  for (const name of indicatorNames) indicators[name] = r.numberOrNull(name);
  return {
    ...indicators,
    n: r.number('n'),
    time: r.time('time'),
    open: r.number('open'),
    high: r.number('high'),
    low: r.number('low'),
    close: r.number('close'),
    volume: r.number('volume'),
    source: r.textOrNull('source') ?? '',
    ingestedAt: r.time('ingestedAt'),
    unchanged: r.numberOr('unchanged', 0),
  };
}

export function decodeQuote(value: unknown, path = 'quote'): Quote {
  const r = new Reader(value, path);
  return {
    symbol: r.text('symbol'),
    n: r.number('n'),
    time: r.time('time'),
    last: r.number('last'),
    change: r.numberOrNull('change'),
    changePercent: r.numberOrNull('changePercent'),
    volume: r.numberOrNull('volume'),
    rsi14: r.numberOrNull('rsi14'),
    unchanged: r.numberOr('unchanged', 0),
    trend: decodeTrend(r),
    source: r.textOrNull('source') ?? '',
    ingestedAt: r.time('ingestedAt'),
    sentAt: r.timeOrNull('sentAt'),
  };
}

export function decodeSignal(value: unknown, path = 'signal'): TradingSignal {
  const r = new Reader(value, path);
  return {
    id: r.text('id'),
    symbol: r.text('symbol'),
    side: r.oneOf('side', sides),
    strategy: r.text('strategy'),
    confidence: r.number('confidence'),
    price: r.number('price'),
    n: r.number('n'),
    barTime: r.time('barTime'),
    reasons: r.array('reasons').map(String),
    source: r.textOrNull('source') ?? '',
    ingestedAt: r.time('ingestedAt'),
    settingsVersion: r.numberOrNull('settingsVersion'),
  };
}

export function decodeNotice(value: unknown, path = 'notification'): Notice {
  const r = new Reader(value, path);
  return {
    id: r.text('id'),
    kind: r.text('kind'),
    title: r.text('title'),
    text: r.textOrNull('text') ?? '',
    time: r.time('time'),
    symbol: r.textOrNull('symbol'),
    side: r.get('side') === undefined || r.get('side') === null ? null : r.oneOf('side', sides),
    signalId: r.textOrNull('signalId'),
    ingestedAt: r.time('ingestedAt'),
    read: r.get('read') === true,
    source: r.textOrNull('source') ?? '',
  };
}

export function decodeSummary(value: unknown, path = 'summary'): SymbolSummary {
  const r = new Reader(value, path);
  const lastSignal = r.get('lastSignal');
  return {
    symbol: r.text('symbol'),
    n: r.number('n'),
    time: r.time('time'),
    last: r.number('last'),
    dayOpen: r.number('dayOpen'),
    dayHigh: r.number('dayHigh'),
    dayLow: r.number('dayLow'),
    change: r.number('change'),
    changePercent: r.number('changePercent'),
    volume: r.number('volume'),
    vwap: r.numberOrNull('vwap'),
    volatility: r.numberOrNull('volatility'),
    maxDrawdown: r.numberOr('maxDrawdown', 0),
    rsi14: r.numberOrNull('rsi14'),
    unchanged: r.numberOr('unchanged', 0),
    trend: decodeTrend(r),
    buySignals: r.numberOr('buySignals', 0),
    sellSignals: r.numberOr('sellSignals', 0),
    lastSignal:
      lastSignal === undefined || lastSignal === null ? null : decodeSignal(lastSignal, `${path}.lastSignal`),
    sparkline: r.array('sparkline').filter((v): v is number => typeof v === 'number' && Number.isFinite(v)),
    source: r.textOrNull('source') ?? '',
    ingestedAt: r.time('ingestedAt'),
  };
}

export function decodeCandle(value: unknown, path = 'candle'): Candle {
  const r = new Reader(value, path);
  return {
    time: r.time('time'),
    open: r.number('open'),
    high: r.number('high'),
    low: r.number('low'),
    close: r.number('close'),
    volume: r.number('volume'),
    firstN: r.number('firstN'),
    lastN: r.number('lastN'),
  };
}

export function decodeMarketEvent(value: unknown, path = 'event'): MarketEvent {
  const r = new Reader(value, path);
  return {
    kind: r.text('kind'),
    symbol: r.textOrNull('symbol'),
    time: r.time('time'),
    detail: eventDetail(r),
  };
}

export function decodeAlert(value: unknown, path = 'alert'): AlertRule {
  const r = new Reader(value, path);
  return {
    id: r.text('id'),
    kind: r.text('kind'),
    symbol: r.textOrNull('symbol'),
    threshold: r.numberOrNull('threshold'),
    cooldownBars: r.numberOr('cooldownBars', 0),
  };
}

/** Decodes one hub message. Throws a DecodeError when the whole message is unusable. */
export function decodeHubMessage(kind: HubMessageKind, value: unknown, bad: OnMalformed): HubMessage {
  switch (kind) {
    case 'quotes':
      return { kind, quotes: decodeList(value, kind, decodeQuote, bad) };
    case 'points': {
      const r = new Reader(value, kind);
      const points = decodeList(r.get('points'), 'points.points', decodePoint, bad);
      return { kind, symbol: r.text('symbol'), previousN: r.numberOr('previousN', 0), points };
    }
    case 'signals':
      return { kind, signals: decodeList(value, kind, decodeSignal, bad) };
    case 'notifications':
      return { kind, notifications: decodeList(value, kind, decodeNotice, bad) };
    case 'summaries':
      return { kind, summaries: decodeList(value, kind, decodeSummary, bad) };
    case 'marketEvents':
      return { kind, events: decodeList(value, kind, decodeMarketEvent, bad) };
    case 'status':
      return { kind, status: decodeStatus(value) };
    default:
      return kind satisfies never;
  }
}

function decodeTrend(r: Reader): Trend {
  return r.get('trend') === undefined || r.get('trend') === null ? 'unknown' : r.oneOf('trend', trends);
}

function eventDetail(r: Reader): string {
  const parts: string[] = [];
  const side = r.textOrNull('side');
  const price = r.numberOrNull('price');
  const quantity = r.numberOrNull('quantity');
  const score = r.numberOrNull('sentimentScore');
  const pe = r.numberOrNull('peRatio');
  const cap = r.numberOrNull('marketCap');
  const indicator = r.textOrNull('indicatorName');
  const value = r.numberOrNull('value');
  if (side !== null) parts.push(`${side} order`);
  if (quantity !== null && price !== null) parts.push(`${quantity.toLocaleString('en')} at ${price}`);
  if (score !== null) parts.push(`sentiment ${score > 0 ? '+' : ''}${score.toFixed(2)}`);
  if (cap !== null) parts.push(`market cap ${cap.toLocaleString('en', { notation: 'compact' })}`);
  if (pe !== null) parts.push(`P/E ${pe.toFixed(1)}`);
  if (indicator !== null) parts.push(`${indicator}${value === null ? '' : ` ${value}`}`);
  return parts.join(', ');
}
