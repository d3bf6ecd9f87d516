import { Reader } from './reader';
import type { Dataset, Replay } from './types';
import { replayStates } from './types';

export function decodeDataset(value: unknown, path = 'dataset'): Dataset {
  const r = new Reader(value, path);
  return { name: r.text('name'), file: r.text('file'), bytes: r.number('bytes') };
}

export function decodeReplay(value: unknown, path = 'replay'): Replay {
  const r = new Reader(value, path);
  return {
    id: r.text('id'),
    dataset: r.text('dataset'),
    speed: r.numberOr('speed', 0),
    barsPerSecond: r.numberOr('barsPerSecond', 0),
    state: r.oneOf('state', replayStates),
    position: r.number('position'),
    total: r.number('total'),
    refused: r.numberOr('refused', 0),
    badRows: r.numberOr('badRows', 0),
    barTime: r.timeOrNull('barTime'),
    error: r.textOrNull('error'),
    note: r.textOrNull('note'),
    waiting: r.textOrNull('waiting'),
    warnings: r.array('warnings').filter((text): text is string => typeof text === 'string'),
  };
}
