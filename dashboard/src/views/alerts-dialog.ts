import type { AlertKind, AlertRule, NewAlert } from '../wire/types';
import { alertKinds } from '../wire/types';
import type { DialogView } from './dialogs';
import { dialog } from './dialogs';
import { h } from './dom';
import { formatPrice } from './format';

/** What the dialog needs of the world. */
export interface AlertsBackend {
  alerts(): Promise<AlertRule[]>;
  addAlert(alert: NewAlert): Promise<void>;
  removeAlert(id: string): Promise<void>;
}

const kindWords: Readonly<Record<AlertKind, string>> = {
  'price-above': 'Price rises above',
  'price-below': 'Price falls below',
  'price-crosses': 'Price crosses',
  'rsi-above': 'RSI rises above',
  'rsi-below': 'RSI falls below',
  'rsi-crosses': 'RSI crosses',
  'ema-cross': 'EMA 12 crosses EMA 26',
};

/** Alert rules: what there is, a way to add one, a way to remove it. */
export function createAlertsDialog(
  backend: AlertsBackend,
  suggest: () => { readonly symbol: string | null; readonly price: number | null },
): DialogView {
  const list = h('ul', { class: 'alerts' });
  const note = h('p', { class: 'form-note', role: 'status' });
  const symbol = h('input', {
    type: 'text',
    placeholder: 'Every symbol',
    maxlength: 32,
    autocomplete: 'off',
  });
  const kind = h(
    'select',
    {},
    alertKinds.map((value) => h('option', { value }, [kindWords[value]])),
    { onchange: () => proposeThreshold() },
  );
  const threshold = h('input', { type: 'number', step: 'any', min: 0 });
  const thresholdLabel = h('label', {}, ['Value', threshold]);
  const form = h(
    'form',
    { class: 'alert-form' },
    [
      h('label', {}, ['Symbol', symbol]),
      h('label', {}, ['When', kind]),
      thresholdLabel,
      h('button', { type: 'submit' }, ['Add alert']),
    ],
    {
      onsubmit: (event) => {
        event.preventDefault();
        void attempt(() => backend.addAlert(wanted()));
      },
    },
  );
  const view = dialog('Alerts', [
    h('p', { class: 'dim' }, ['You are told once per crossing, at the close of a bar.']),
    list,
    form,
    note,
  ]);

  function wanted(): NewAlert {
    const chosen = alertKinds.find((candidate) => candidate === kind.value) ?? 'price-above';
    const name = symbol.value.trim().toUpperCase();
    return {
      kind: chosen,
      symbol: name === '' ? null : name,
      threshold: chosen === 'ema-cross' || threshold.value === '' ? null : Number(threshold.value),
    };
  }

  function proposeThreshold(): void {
    const { price } = suggest();
    thresholdLabel.hidden = kind.value === 'ema-cross';
    if (kind.value.startsWith('rsi')) threshold.value = kind.value === 'rsi-below' ? '30' : '70';
    else if (price !== null) threshold.value = price.toFixed(2);
  }

  async function attempt(change: () => Promise<void>): Promise<void> {
    note.textContent = '';
    try {
      await change();
      list.replaceChildren(...rows(await backend.alerts()));
    } catch (error) {
      note.textContent = error instanceof Error ? error.message : String(error);
    }
  }

  function rows(rules: readonly AlertRule[]): HTMLElement[] {
    if (rules.length === 0) return [h('li', { class: 'dim' }, ['No alert yet.'])];
    return rules.map((rule) =>
      h('li', { 'data-testid': 'alert-row', 'data-alert-id': rule.id }, [
        h('span', {}, [alertText(rule)]),
        h(
          'button',
          { type: 'button', class: 'link', 'aria-label': `Remove: ${alertText(rule)}` },
          ['Remove'],
          {
            onclick: () => void attempt(() => backend.removeAlert(rule.id)),
          },
        ),
      ]),
    );
  }

  return {
    ...view,
    open: () => {
      symbol.value = suggest().symbol ?? '';
      proposeThreshold();
      void attempt(async () => undefined);
      view.open();
    },
  };
}

export function alertText({ kind, symbol, threshold }: AlertRule): string {
  const known = alertKinds.find((candidate) => candidate === kind);
  const words = known === undefined ? kind : kindWords[known];
  const value = threshold === null ? '' : ` ${kind.startsWith('rsi') ? threshold : formatPrice(threshold)}`;
  return `${symbol ?? 'Every symbol'}: ${words}${value}`;
}
