import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ReplayBackend } from '../src/views/replay-dialog';
import { createReplayDialog, replayText } from '../src/views/replay-dialog';
import { createApi } from '../src/wire/api';
import { decodeReplay } from '../src/wire/decode-replay';
import type { Replay } from '../src/wire/types';

function replay(more: object = {}): Replay {
  return decodeReplay({
    id: 'r1',
    dataset: 'SPY',
    speed: 60,
    state: 'running',
    position: 1200,
    total: 5849,
    barTime: Date.UTC(2002, 9, 9, 20),
    ...more,
  });
}

function fakeBackend(replays: Replay[]): { [K in keyof ReplayBackend]: ReturnType<typeof vi.fn> } {
  return {
    datasets: vi.fn(async () => [
      { name: 'IBM', file: 'IBM.csv', bytes: 1 },
      { name: 'SPY', file: 'SPY.csv', bytes: 2 },
    ]),
    replays: vi.fn(async () => replays),
    startReplay: vi.fn(async () => undefined),
    controlReplay: vi.fn(async () => undefined),
    seekReplay: vi.fn(async () => undefined),
    setReplaySpeed: vi.fn(async () => undefined),
  };
}

const settle = async (): Promise<void> => {
  await vi.advanceTimersByTimeAsync(0);
};

function open(replays: Replay[]) {
  const backend = fakeBackend(replays);
  const running = vi.fn();
  const view = createReplayDialog(backend as unknown as ReplayBackend, running, () => true);
  document.body.append(view.element);
  view.open();
  const button = (name: string): HTMLButtonElement | undefined =>
    [...view.element.querySelectorAll<HTMLButtonElement>('[data-testid=replay-row] button')].find(
      (candidate) => candidate.textContent === name,
    );
  return { backend, running, view, button };
}

beforeEach(() => {
  vi.useFakeTimers();
  // jsdom has no modal dialogs.
  HTMLDialogElement.prototype.showModal = function (this: HTMLDialogElement) {
    this.setAttribute('open', '');
  };
});

afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
});

describe('replay dialog', () => {
  it('offers the data sets and starts one with speed and symbols', async () => {
    const { backend, view } = open([]);
    await settle();
    const [dataset, speed] = view.element.querySelectorAll('select');
    const symbols = view.element.querySelector<HTMLInputElement>('input[type=text]');
    expect([...(dataset?.options ?? [])].map((option) => option.value)).toEqual(['IBM', 'SPY']);
    if (dataset && speed && symbols) [dataset.value, speed.value, symbols.value] = ['SPY', '60', 'spy, ibm'];

    view.element.querySelector('form.alert-form')?.dispatchEvent(new Event('submit', { cancelable: true }));
    await settle();

    expect(backend.startReplay).toHaveBeenCalledWith({ dataset: 'SPY', speed: 60, symbols: ['SPY', 'IBM'] });
  });

  it('shows the progress and tells how many run', async () => {
    const { running, view, button } = open([replay(), replay({ id: 'r2', state: 'completed' })]);
    await settle();

    const rows = view.element.querySelectorAll('[data-testid=replay-row]');
    const bar = rows[0]?.querySelector<HTMLInputElement>('input[type=range]');
    expect(rows).toHaveLength(2);
    expect([bar?.value, bar?.max, bar?.disabled]).toEqual(['1200', '5849', false]);
    expect(rows[1]?.querySelector<HTMLInputElement>('input[type=range]')?.disabled).toBe(true);
    expect(running).toHaveBeenLastCalledWith(1);
    expect([button('Pause')?.hidden, button('Resume')?.hidden, button('Stop')?.hidden]).toEqual([
      false,
      true,
      false,
    ]);
  });

  it('pauses, resumes, stops and seeks', async () => {
    const { backend, view, button } = open([replay()]);
    await settle();

    button('Pause')?.click();
    button('Stop')?.click();
    const bar = view.element.querySelector<HTMLInputElement>('input[type=range]');
    if (bar) bar.value = '30';
    bar?.dispatchEvent(new Event('change'));
    await settle();

    expect(backend.controlReplay.mock.calls).toEqual([
      ['r1', 'pause'],
      ['r1', 'stop'],
    ]);
    expect(backend.seekReplay).toHaveBeenCalledWith('r1', 30);
  });

  it('changes the speed of a replay that goes on', async () => {
    const { backend, view } = open([replay()]);
    await settle();

    const speed = view.element.querySelector<HTMLSelectElement>('[data-testid=replay-row] select');
    if (speed) speed.value = '3600';
    speed?.dispatchEvent(new Event('change'));
    await settle();

    expect(backend.setReplaySpeed).toHaveBeenCalledWith('r1', 3600);
  });

  it('says why something failed', async () => {
    const { backend, view, button } = open([replay()]);
    await settle();
    backend.controlReplay.mockRejectedValueOnce(new Error('The replay has ended.'));

    button('Pause')?.click();
    await settle();

    expect(view.element.querySelector('.form-note')?.textContent).toBe('The replay has ended.');
  });

  it('asks again while it is open or something runs, and never after its end', async () => {
    const { backend, view } = open([replay()]);
    await settle();
    const before = backend.replays.mock.calls.length;

    await vi.advanceTimersByTimeAsync(3_000);
    const after = backend.replays.mock.calls.length;
    view.dispose();
    await vi.advanceTimersByTimeAsync(3_000);

    expect(after).toBe(before + 3);
    expect(backend.replays.mock.calls.length).toBe(after);
  });
});

describe('a replay that was started elsewhere', () => {
  it('is found while the dialog is closed and nothing ran', async () => {
    const replays: Replay[] = [];
    const running = vi.fn();
    const view = createReplayDialog(fakeBackend(replays) as unknown as ReplayBackend, running, () => true);
    await settle();
    expect(running).toHaveBeenLastCalledWith(0);

    replays.push(replay());
    await vi.advanceTimersByTimeAsync(15_000);

    expect(running).toHaveBeenLastCalledWith(1);
    view.dispose();
  });
});

describe('replayText', () => {
  it('tells position, speed, date and troubles', () => {
    expect(replayText(replay())).toBe('1,200 of 5,849 bars · × 60 · at 09 Oct 2002');
    expect(replayText(replay({ total: 0, speed: 0, barTime: null, badRows: 3, error: 'gone' }))).toBe(
      'reading · as fast as accepted · 3 rows left out · gone',
    );
    expect(replayText(replay({ note: 'SPY is SPY.R2.', waiting: 'The gateway answered 503.' }))).toMatch(
      / · SPY is SPY\.R2\. · waits: The gateway answered 503\.$/,
    );
  });
});

describe('replays over HTTP', () => {
  it('seeks with a position', async () => {
    const fetcher = vi.fn<typeof fetch>(async () => new Response('{}'));

    await createApi('', vi.fn(), undefined, fetcher).seekReplay('a b', 7);

    expect(fetcher.mock.calls[0]?.[0]).toBe('/api/replays/a%20b/seek');
    expect(fetcher.mock.calls[0]?.[1]).toMatchObject({ method: 'POST', body: '{"position":7}' });
  });
});
