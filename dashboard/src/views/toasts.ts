import { isReplay } from '../wire/source';
import type { Notice } from '../wire/types';
import type { View } from './dom';
import { h } from './dom';
import { replayTag, titleOf } from './replay-tag';

export interface Toast {
  readonly title: string;
  readonly text: string;
  readonly side: Notice['side'];
  /** Where it comes from; empty for a group that is not of recorded data alone. */
  readonly source: string;
  /** What a click shows; null for a group. */
  readonly notice: Notice | null;
}

export const toastEveryMs = 500;
export const maxToasts = 4;
const showMs = 7_000;

/** Lets at most one toast through per half second; what comes faster is told as one. */
export class ToastQueue {
  private waiting: Notice[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly show: (toast: Toast) => void) {}

  push(notices: readonly Notice[]): void {
    if (notices.length === 0) return;
    this.waiting.push(...notices);
    if (this.timer === undefined) this.release();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.waiting = [];
  }

  private release(): void {
    this.timer = undefined;
    if (this.waiting.length === 0) return;
    const batch = this.waiting;
    this.waiting = [];
    this.show(toToast(batch));
    this.timer = setTimeout(() => this.release(), toastEveryMs);
  }
}

export function toToast(notices: readonly Notice[]): Toast {
  const [first] = notices;
  if (first !== undefined && notices.length === 1)
    return {
      title: titleOf(first),
      text: first.text,
      side: first.side,
      source: first.source,
      notice: first,
    };
  const symbols = [...new Set(notices.flatMap((notice) => notice.symbol ?? []))];
  const named =
    symbols.slice(0, 5).join(', ') + (symbols.length > 5 ? ` and ${symbols.length - 5} more` : '');
  const replayed = notices.filter(({ source }) => isReplay(source));
  const isAll = replayed.length === notices.length;
  return {
    title: `${notices.length} new notifications`,
    text: replayed.length === 0 || isAll ? named : `${named}; ${replayed.length} of a replay`,
    side: null,
    source: isAll ? (first?.source ?? '') : '',
    notice: null,
  };
}

export interface ToastView extends View {
  push(notices: readonly Notice[]): void;
  /** Takes all away, because they are seen elsewhere. */
  clear(): void;
  /** A word of the page itself. */
  say(title: string, text: string): void;
}

export function createToasts(onClick: (notice: Notice | null) => void): ToastView {
  const element = h('div', {
    class: 'toasts',
    role: 'log',
    'aria-live': 'polite',
    'aria-label': 'New notifications',
  });
  const timers = new Map<HTMLElement, ReturnType<typeof setTimeout>>();

  function remove(toast: HTMLElement): void {
    clearTimeout(timers.get(toast));
    timers.delete(toast);
    toast.remove();
  }

  function show(toast: Toast): void {
    const mark = toast.side === null ? '•' : toast.side === 'buy' ? '▲' : '▼';
    const card = h('div', { class: 'toast', 'data-testid': 'toast', 'data-side': toast.side }, [
      h('span', { class: 'mark', 'aria-hidden': 'true' }, [mark]),
      h(
        'button',
        { type: 'button', class: 'toast-body' },
        [h('strong', {}, [replayTag(toast.source), toast.title]), h('span', {}, [toast.text])],
        {
          onclick: () => {
            remove(card);
            onClick(toast.notice);
          },
        },
      ),
      h('button', { type: 'button', class: 'icon-button small', 'aria-label': 'Dismiss' }, ['×'], {
        onclick: () => remove(card),
      }),
    ]);
    element.append(card);
    const first = element.firstElementChild;
    if (element.childElementCount > maxToasts && first instanceof HTMLElement) remove(first);
    const leave = (): void =>
      void timers.set(
        card,
        setTimeout(() => remove(card), showMs),
      );
    card.addEventListener('pointerenter', () => clearTimeout(timers.get(card)));
    card.addEventListener('pointerleave', leave);
    leave();
  }

  function clear(): void {
    for (const toast of [...timers.keys()]) remove(toast);
  }

  const queue = new ToastQueue(show);
  return {
    element,
    push: (notices) => queue.push(notices),
    clear,
    say: (title, text) => show({ title, text, side: null, source: '', notice: null }),
    dispose: () => {
      queue.dispose();
      clear();
    },
  };
}
