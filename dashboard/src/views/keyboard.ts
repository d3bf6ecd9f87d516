import type { ChartMode } from '../store/preferences';
import { chartModes } from '../store/preferences';

export interface KeyboardTargets {
  search(): void;
  move(step: number): void;
  mode(mode: ChartMode): void;
  notifications(): void;
  alerts(): void;
  replays(): void;
  backtests(): void;
  strategies(): void;
  accuracy(): void;
  status(): void;
  theme(): void;
  live(): void;
  help(): void;
  escape(): void;
}

/** One listener for all shortcuts. Returns what removes it. */
export function listenToKeys(
  target: Pick<Window, 'addEventListener' | 'removeEventListener'>,
  to: KeyboardTargets,
): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape') {
      to.escape();
      return;
    }
    if (isTyping(event.target) || document.querySelector('dialog[open]') !== null) return;
    const act = actionOf(event, to);
    if (act === null) return;
    event.preventDefault();
    act();
  };
  target.addEventListener('keydown', onKey);
  return () => target.removeEventListener('keydown', onKey);
}

function actionOf(event: KeyboardEvent, to: KeyboardTargets): (() => void) | null {
  const mode = /^[0-9]$/.test(event.key) ? chartModes[Number(event.key)] : undefined;
  if (mode !== undefined) return () => to.mode(mode);
  const isInList = event.target instanceof Element && event.target.closest('[role=listbox]') !== null;
  switch (event.key) {
    case '/':
      return () => to.search();
    case 'j':
      return () => to.move(1);
    case 'k':
      return () => to.move(-1);
    case 'ArrowDown':
      return isInList ? () => to.move(1) : null;
    case 'ArrowUp':
      return isInList ? () => to.move(-1) : null;
    case 'n':
      return () => to.notifications();
    case 'a':
      return () => to.alerts();
    case 'r':
      return () => to.replays();
    case 'b':
      return () => to.backtests();
    case 'p':
      return () => to.strategies();
    case 'c':
      return () => to.accuracy();
    case 's':
      return () => to.status();
    case 't':
      return () => to.theme();
    case 'l':
      return () => to.live();
    case '?':
      return () => to.help();
    default:
      return null;
  }
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.closest('input, select, textarea') !== null || target.isContentEditable)
  );
}
