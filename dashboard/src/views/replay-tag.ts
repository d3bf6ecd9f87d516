import { isReplay } from '../wire/source';
import type { Notice } from '../wire/types';
import { h } from './dom';

/** The mark of recorded data; null for what is live. */
export function replayTag(source: string): HTMLElement | null {
  if (!isReplay(source)) return null;
  return h('span', { class: 'tag replay', title: 'Recorded data, not the live market' }, ['REPLAY']);
}

/** The title of a notification beside a tag that says already that it is of recorded data. */
export function titleOf({ title, source }: Pick<Notice, 'title' | 'source'>): string {
  return isReplay(source) ? title.replace(/^REPLAY /, '') : title;
}
