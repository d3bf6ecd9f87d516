import type { ChartBar } from '../chart/chart-bars';
import type { OverlayId, Preferences } from '../store/preferences';
import type { IndicatorName } from '../wire/types';
import { h, setAttribute, setText } from './dom';
import { formatCompact, formatMoment, formatPrice } from './format';

interface Entry {
  readonly overlay: OverlayId;
  readonly label: string;
  readonly values: readonly IndicatorName[];
}

const onPrice: readonly Entry[] = [
  { overlay: 'sma20', label: 'SMA 20', values: ['sma20'] },
  { overlay: 'sma50', label: 'SMA 50', values: ['sma50'] },
  { overlay: 'sma200', label: 'SMA 200', values: ['sma200'] },
  { overlay: 'ema12', label: 'EMA 12', values: ['ema12'] },
  { overlay: 'ema26', label: 'EMA 26', values: ['ema26'] },
  { overlay: 'bollinger', label: 'BB 20', values: ['bbLower', 'bbUpper'] },
];
const inPanes: readonly Entry[] = [
  { overlay: 'rsi', label: 'RSI 14', values: ['rsi14'] },
  { overlay: 'macd', label: 'MACD 12 26 9', values: ['macd', 'macdSignal', 'macdHistogram'] },
];

export interface Legend {
  readonly element: HTMLElement;
  paint(
    bar: ChartBar | null,
    preferences: Preferences,
    warming: readonly string[],
    paneTop: (overlay: OverlayId) => number,
  ): void;
}

/** The values under the pointer, or of the newest bar. */
export function createLegend(): Legend {
  const bar = h('div', { class: 'legend-bar' });
  const values = h('div', { class: 'legend-values' });
  const warmUp = h('div', { class: 'legend-warm-up', 'data-testid': 'warm-up' });
  const panes = inPanes.map((entry) => h('div', { class: 'legend-pane', 'data-overlay': entry.overlay }));
  const element = h('div', { class: 'legend' }, [bar, values, warmUp, ...panes]);
  const spans = new Map<OverlayId, { box: HTMLElement; text: HTMLElement }>();
  for (const entry of onPrice) {
    const text = h('b');
    const box = h('span', { 'data-overlay': entry.overlay }, [`${entry.label} `, text]);
    spans.set(entry.overlay, { box, text });
    values.append(box);
  }

  return {
    element,
    paint(shown, preferences, warming, paneTop) {
      element.hidden = shown === null;
      if (shown === null) return;
      const { open, high, low, close, volume, time } = shown;
      setText(
        bar,
        `${formatMoment(time, preferences.zone)}   O ${formatPrice(open)}  H ${formatPrice(high)}  L ${formatPrice(low)}  ` +
          `C ${formatPrice(close)}  V ${formatCompact(volume)}`,
      );
      setAttribute(bar, 'data-sign', close >= open ? 'up' : 'down');
      for (const entry of onPrice) {
        const span = spans.get(entry.overlay);
        if (span === undefined) continue;
        span.box.hidden = !preferences.overlays.includes(entry.overlay);
        setText(span.text, texts(entry, shown, formatPrice));
      }
      setText(warmUp, warming.join(' · '));
      for (const [i, entry] of inPanes.entries()) {
        const pane = panes[i];
        if (pane === undefined) continue;
        pane.hidden = !preferences.overlays.includes(entry.overlay);
        if (pane.hidden) continue;
        const digits = entry.overlay === 'rsi' ? 1 : 3;
        setText(pane, `${entry.label}  ${texts(entry, shown, (value) => value.toFixed(digits))}`);
        const top = `${Math.round(paneTop(entry.overlay)) + 5}px`;
        if (pane.style.top !== top) pane.style.top = top;
      }
    },
  };
}

function texts(entry: Entry, bar: ChartBar, format: (value: number) => string): string {
  return entry.values
    .map((name) => {
      const value = bar.point?.[name] ?? null;
      return value === null ? '–' : format(value);
    })
    .join('  ');
}
