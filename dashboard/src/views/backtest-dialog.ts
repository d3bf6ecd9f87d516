import type { BacktestApi } from '../wire/backtest-api';
import type { Backtest, BacktestRun, NewBacktest } from '../wire/backtests';
import type { Dataset } from '../wire/types';
import { requestWords, stateWords } from './backtest-format';
import { createBacktestForm } from './backtest-form';
import { createBacktestResult } from './backtest-result';
import type { DialogView } from './dialogs';
import { dialog } from './dialogs';
import { h, reconcile, setAttribute, setText } from './dom';
import { formatMoment } from './format';

/** What the view needs of the world. */
export interface BacktestBackend {
  readonly backtests: BacktestApi;
  datasets(): Promise<Dataset[]>;
}

export interface BacktestView extends DialogView {
  /** Opens what a link names, `#backtest/ID/SYMBOL/STRATEGY`; false when it names no backtest. */
  openLink(hash: string): boolean;
  /** Takes the colours of the page anew. */
  repaint(): void;
}

const pollMs = 700;
const shownBacktests = 8;
const prefix = '#backtest/';

/** Strategies tested on recorded data: a form, the backtests with their progress, and the result of one of them. */
export function createBacktestDialog(backend: BacktestBackend): BacktestView {
  const { backtests: api } = backend;
  const note = h('p', { class: 'form-note', role: 'status' });
  const form = createBacktestForm((wanted, inForce) => void attempt(() => start(wanted, inForce)));
  const none = h('p', { class: 'dim' }, ['Nothing was tested yet.']);
  const list = h('ul', { class: 'replays backtests' });
  const result = createBacktestResult(
    api,
    (run) => void attempt(() => open(shownId ?? '', run)),
    (error) => (note.textContent = words(error)),
  );
  const share = h('button', { type: 'button', hidden: true }, ['Copy link'], {
    onclick: () =>
      void navigator.clipboard.writeText(location.href).then(() => setText(share, 'Link copied')),
  });
  const view = dialog('Backtest', [
    h('p', { class: 'dim' }, [
      'The strategies of the live system over recorded data: a signal is filled at the open of the next bar.',
    ]),
    form.element,
    note,
    none,
    list,
    h('p', {}, [share]),
    result.element,
  ]);
  view.element.classList.add('wide');
  const kept = new Map<string, HTMLElement>();
  const rows = new Map<string, BacktestRow>();
  let shownId: string | null = null;
  let awaited: string | null = null;
  let before = '';
  let polling = false;

  async function attempt(work: () => Promise<void>): Promise<void> {
    note.textContent = '';
    try {
      await work();
    } catch (error) {
      note.textContent = words(error);
    }
  }

  async function start(wanted: NewBacktest, inForce: boolean): Promise<void> {
    const settings = inForce ? await api.settingsInForce() : null;
    awaited = await api.start(settings === null ? wanted : { ...wanted, settings });
    await load();
  }

  async function load(): Promise<void> {
    const backtests = (await api.list()).slice(0, shownBacktests);
    none.hidden = backtests.length > 0;
    reconcile(
      list,
      kept,
      backtests,
      ({ id }) => id,
      ({ id }) => {
        const row = createRow(
          () => void attempt(() => open(id, null)),
          () => void attempt(() => end(id)),
        );
        rows.set(id, row);
        return row.element;
      },
    );
    for (const id of rows.keys()) if (!kept.has(id)) rows.delete(id);
    for (const backtest of backtests) rows.get(backtest.id)?.paint(backtest, backtest.id === shownId);
    const done = backtests.find(
      ({ id, state }) => id === awaited && state !== 'queued' && state !== 'running',
    );
    if (done === undefined) return;
    awaited = null;
    if (done.state === 'completed') await open(done.id, null);
    else note.textContent = stateWords(done);
  }

  /** Shows a backtest, and of its runs the given one, or the first. */
  async function open(
    id: string,
    run: { readonly symbol: string; readonly strategy: string } | null,
  ): Promise<void> {
    let backtest = await api.find(id);
    const first = backtest.results[0];
    const wanted = run ?? first ?? null;
    if (backtest.state !== 'completed' || wanted === null) {
      result.show(null, null);
      note.textContent = stateWords(backtest);
      if (backtest.state === 'queued' || backtest.state === 'running') awaited = id;
      return;
    }
    let chosen = pick(backtest, wanted);
    if (chosen !== undefined && chosen.series === null) {
      // Too many runs for all their series in one answer: ask for this one.
      const { symbol, strategy } = chosen;
      const detailed = pick(await api.find(id, { symbol, strategy }), wanted);
      backtest = {
        ...backtest,
        results: backtest.results.map((each) => (each === chosen ? (detailed ?? each) : each)),
      };
      chosen = detailed;
    }
    shownId = id;
    result.show(backtest, chosen ?? null);
    share.hidden = false;
    setText(share, 'Copy link');
    if (chosen !== undefined) writeLink(id, chosen);
    for (const [rowId, row] of rows) row.choose(rowId === id);
  }

  async function end(id: string): Promise<void> {
    await api.end(id);
    if (id === shownId) {
      shownId = null;
      share.hidden = true;
      result.show(null, null);
      leaveLink();
    }
    await load();
  }

  function writeLink(id: string, run: BacktestRun): void {
    if (!location.hash.startsWith(prefix)) before = location.hash;
    history.replaceState(null, '', prefix + [id, run.symbol, run.strategy].map(encodeURIComponent).join('/'));
  }

  function leaveLink(): void {
    if (location.hash.startsWith(prefix))
      history.replaceState(null, '', before === '' ? location.pathname : before);
  }

  async function offer(): Promise<void> {
    const [datasets, strategies] = await Promise.all([backend.datasets(), api.strategies()]);
    form.offer(datasets, strategies);
    await load();
  }

  const poll = setInterval(() => {
    if (!view.element.hasAttribute('open') || polling || document.visibilityState !== 'visible') return;
    polling = true;
    load()
      .catch((error: unknown) => (note.textContent = words(error)))
      .finally(() => (polling = false));
  }, pollMs);
  view.element.addEventListener('close', leaveLink);

  function openDialog(): void {
    view.open();
    void attempt(offer);
  }

  return {
    element: view.element,
    open: openDialog,
    openLink: (hash) => {
      if (!hash.startsWith(prefix)) return false;
      const [id, symbol, strategy] = hash.slice(prefix.length).split('/').map(decodeURIComponent);
      if (id === undefined || !/^[0-9a-f]{1,32}$/.test(id)) return false;
      if (id === shownId) return true;
      openDialog();
      void attempt(() =>
        open(id, symbol === undefined || strategy === undefined ? null : { symbol, strategy }),
      );
      return true;
    },
    repaint: () => result.repaint(),
    dispose: () => {
      clearInterval(poll);
      view.element.removeEventListener('close', leaveLink);
      result.dispose();
      view.dispose();
    },
  };
}

interface BacktestRow {
  readonly element: HTMLElement;
  paint(backtest: Backtest, isShown: boolean): void;
  choose(isShown: boolean): void;
}

function createRow(show: () => void, end: () => void): BacktestRow {
  const name = h('strong');
  const state = h('span', { class: 'tag' });
  const open = h('button', { type: 'button' }, ['Show'], { onclick: show });
  const stop = h('button', { type: 'button' }, [], { onclick: end });
  const bar = h('progress', { max: 1, 'aria-label': 'Progress' });
  const detail = h('span', { class: 'dim' });
  const element = h('li', { 'data-testid': 'backtest-row' }, [
    h('div', { class: 'replay-head' }, [name, state, h('span', { class: 'spacer' }), open, stop]),
    bar,
    detail,
  ]);
  return {
    element,
    paint: (backtest, isShown) => {
      const isActive = backtest.state === 'queued' || backtest.state === 'running';
      setText(name, requestWords(backtest));
      setText(state, backtest.state);
      setAttribute(element, 'data-state', backtest.state);
      setText(stop, isActive ? 'Cancel' : 'Remove');
      open.hidden = backtest.state !== 'completed';
      bar.hidden = !isActive;
      bar.value = backtest.total === 0 ? 0 : backtest.done / backtest.total;
      const parts = [formatMoment(backtest.createdAt, 'local'), stateWords(backtest)];
      if (backtest.badRows > 0) parts.push(`${backtest.badRows} rows left out`);
      setText(detail, [...parts, ...backtest.warnings.slice(0, 2)].join(' · '));
      setAttribute(element, 'aria-current', isShown ? 'true' : null);
    },
    choose: (isShown) => setAttribute(element, 'aria-current', isShown ? 'true' : null),
  };
}

function pick(
  backtest: Backtest,
  wanted: { readonly symbol: string; readonly strategy: string },
): BacktestRun | undefined {
  return (
    backtest.results.find(
      ({ symbol, strategy }) => symbol === wanted.symbol && strategy === wanted.strategy,
    ) ?? backtest.results[0]
  );
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
