import type { Dataset, NewReplay, Replay, ReplayAction } from '../wire/types';
import type { DialogView } from './dialogs';
import { dialog } from './dialogs';
import { h, reconcile, setAttribute, setText } from './dom';
import { formatDay } from './format';

/** What the panel needs of the world. */
export interface ReplayBackend {
  datasets(): Promise<Dataset[]>;
  replays(): Promise<Replay[]>;
  startReplay(replay: NewReplay): Promise<void>;
  controlReplay(id: string, action: ReplayAction): Promise<void>;
  seekReplay(id: string, position: number): Promise<void>;
  setReplaySpeed(id: string, speed: number): Promise<void>;
}

const pollMs = 1_000;
/** A replay may be started elsewhere: with nothing to show, every so many polls still ask. */
const idlePolls = 15;
const shownReplays = 8;
const speeds: readonly (readonly [string, string])[] = [
  ['1', '× 1, as recorded'],
  ['10', '× 10'],
  ['60', '× 60, a minute a second'],
  ['3600', '× 3600, an hour a second'],
  ['86400', '× 86 400, a day a second'],
  ['max', 'As fast as accepted'],
];

/** Recorded data: what there is, a way to start it, and the replays with their progress. */
export function createReplayDialog(
  backend: ReplayBackend,
  onRunning: (count: number) => void,
  onVisible: () => boolean = () => document.visibilityState === 'visible',
): DialogView {
  const dataset = h('select', { required: true });
  const speed = h('select', {}, speedOptions('max'));
  const symbols = h('input', { type: 'text', placeholder: 'All', autocomplete: 'off', maxlength: 400 });
  const note = h('p', { class: 'form-note', role: 'status' });
  const none = h('p', { class: 'dim' }, ['Nothing was replayed yet.']);
  const list = h('ul', { class: 'replays' });
  const form = h(
    'form',
    { class: 'alert-form' },
    [
      h('label', {}, ['Data set', dataset]),
      h('label', {}, ['Speed', speed]),
      h('label', {}, ['Symbols', symbols]),
      h('button', { type: 'submit' }, ['Start replay']),
    ],
    {
      onsubmit: (event) => {
        event.preventDefault();
        void attempt(() => backend.startReplay(wanted()));
      },
    },
  );
  const view = dialog('Replay', [
    h('p', { class: 'dim' }, [
      'Recorded data goes through the whole system as live data does; its symbols carry the mark ',
      h('span', { class: 'tag replay' }, ['REPLAY']),
      '. Add files with ./run replay FILE.',
    ]),
    form,
    note,
    none,
    list,
  ]);
  const kept = new Map<string, HTMLElement>();
  const rows = new Map<string, ReplayRow>();
  let running = 0;
  let loading = false;
  let disposed = false;

  function wanted(): NewReplay {
    const names = symbols.value.split(/[\s,]+/).filter((name) => name !== '');
    return {
      dataset: dataset.value,
      speed: speed.value === 'max' ? 0 : Number(speed.value),
      ...(names.length > 0 ? { symbols: names.map((name) => name.toUpperCase()) } : {}),
    };
  }

  async function attempt(change: () => Promise<void>): Promise<void> {
    note.textContent = '';
    try {
      await change();
      await load();
    } catch (error) {
      note.textContent = words(error);
    }
  }

  async function load(): Promise<void> {
    const replays = await backend.replays();
    if (disposed) return;
    running = replays.filter((replay) => replay.state === 'running').length;
    onRunning(running);
    const shown = replays.slice(0, shownReplays);
    none.hidden = shown.length > 0;
    reconcile(
      list,
      kept,
      shown,
      (replay) => replay.id,
      (replay) => {
        const row = createRow(replay.id);
        rows.set(replay.id, row);
        return row.element;
      },
    );
    for (const id of rows.keys()) if (!kept.has(id)) rows.delete(id);
    for (const replay of shown) rows.get(replay.id)?.paint(replay);
  }

  function createRow(id: string): ReplayRow {
    return replayRow(
      (action) => void attempt(() => backend.controlReplay(id, action)),
      (position) => void attempt(() => backend.seekReplay(id, position)),
      (speed) => void attempt(() => backend.setReplaySpeed(id, speed)),
    );
  }

  async function loadDatasets(): Promise<void> {
    const datasets = await backend.datasets();
    const chosen = dataset.value;
    dataset.replaceChildren(
      ...datasets.map(({ name }) => h('option', { value: name, selected: name === chosen }, [name])),
    );
  }

  async function refresh(): Promise<void> {
    if (loading) return;
    loading = true;
    try {
      await load();
    } catch (error) {
      if (view.element.hasAttribute('open')) note.textContent = words(error);
    } finally {
      loading = false;
    }
  }

  let polls = 0;
  const poll = setInterval(() => {
    polls += 1;
    const isDue = view.element.hasAttribute('open') || running > 0 || polls % idlePolls === 0;
    if (isDue && onVisible()) void refresh();
  }, pollMs);
  void refresh();

  return {
    element: view.element,
    open: () => {
      view.open();
      void attempt(loadDatasets);
    },
    dispose: () => {
      disposed = true;
      clearInterval(poll);
      view.dispose();
    },
  };
}

function speedOptions(selected?: string): HTMLOptionElement[] {
  return speeds.map(([value, words]) => h('option', { value, selected: value === selected }, [words]));
}

interface ReplayRow {
  readonly element: HTMLElement;
  paint(replay: Replay): void;
}

function replayRow(
  control: (action: ReplayAction) => void,
  seek: (position: number) => void,
  setSpeed: (speed: number) => void,
): ReplayRow {
  const name = h('strong');
  const state = h('span', { class: 'tag' });
  const pause = h('button', { type: 'button' }, ['Pause'], { onclick: () => control('pause') });
  const resume = h('button', { type: 'button' }, ['Resume'], { onclick: () => control('resume') });
  const stop = h('button', { type: 'button' }, ['Stop'], { onclick: () => control('stop') });
  const speed = h(
    'select',
    { 'aria-label': 'Speed' },
    [h('option', { value: '', selected: true }, ['Speed …']), ...speedOptions()],
    {
      onchange: () => {
        if (speed.value !== '') setSpeed(speed.value === 'max' ? 0 : Number(speed.value));
        speed.value = '';
      },
    },
  );
  let isSeeking = false;
  const bar = h('input', { type: 'range', min: 0, step: 1 }, [], {
    oninput: () => (isSeeking = true),
    onchange: () => {
      isSeeking = false;
      seek(Number(bar.value));
    },
  });
  const detail = h('span', { class: 'dim' });
  const warnings = h('ul', { class: 'replay-warnings' });
  const element = h('li', { 'data-testid': 'replay-row' }, [
    h('div', { class: 'replay-head' }, [
      name,
      state,
      h('span', { class: 'spacer' }),
      speed,
      pause,
      resume,
      stop,
    ]),
    bar,
    detail,
    warnings,
  ]);

  function paint(replay: Replay): void {
    const isOver = replay.state !== 'running' && replay.state !== 'paused';
    setText(name, replay.dataset);
    setText(state, replay.state);
    setAttribute(element, 'data-state', replay.state);
    setAttribute(state, 'class', replay.state === 'running' ? 'tag replay' : 'tag');
    pause.hidden = replay.state !== 'running';
    speed.hidden = isOver;
    resume.hidden = replay.state !== 'paused';
    stop.hidden = isOver;
    bar.disabled = isOver || replay.total === 0;
    setAttribute(bar, 'max', replay.total);
    setAttribute(bar, 'aria-label', `Position of ${replay.dataset}`);
    if (!isSeeking) bar.value = String(replay.position);
    setText(detail, replayText(replay));
    if (warnings.childElementCount !== replay.warnings.length)
      warnings.replaceChildren(...replay.warnings.map((warning) => h('li', {}, [warning])));
  }

  return { element, paint };
}

/** How far a replay is, and what went wrong, in words. */
export function replayText(replay: Replay): string {
  const parts = [
    replay.total === 0
      ? 'reading'
      : `${replay.position.toLocaleString('en-US')} of ${replay.total.toLocaleString('en-US')} bars`,
    replay.barsPerSecond > 0
      ? `${replay.barsPerSecond} bars/s`
      : replay.speed > 0
        ? `× ${replay.speed.toLocaleString('en-US')}`
        : 'as fast as accepted',
  ];
  if (replay.barTime !== null) parts.push(`at ${formatDay(replay.barTime)}`);
  if (replay.badRows > 0) parts.push(`${replay.badRows} rows left out`);
  if (replay.refused > 0) parts.push(`${replay.refused} bars refused`);
  if (replay.note !== null) parts.push(replay.note);
  if (replay.waiting !== null) parts.push(`waits: ${replay.waiting}`);
  if (replay.error !== null) parts.push(replay.error);
  return parts.join(' · ');
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
