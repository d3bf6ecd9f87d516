import type { NewBacktest } from '../wire/backtests';
import type { Dataset } from '../wire/types';
import { h } from './dom';

export interface BacktestForm {
  readonly element: HTMLFormElement;
  offer(datasets: readonly Dataset[], strategies: readonly string[]): void;
}

/** What to test on what, and what trading costs. */
export function createBacktestForm(
  submit: (wanted: NewBacktest, settingsInForce: boolean) => void,
): BacktestForm {
  const dataset = h('select', { required: true, 'data-testid': 'backtest-dataset' });
  const symbols = h('input', { type: 'text', placeholder: 'All', autocomplete: 'off', maxlength: 400 });
  const cost = (value: number): HTMLInputElement =>
    h('input', { type: 'number', min: 0, max: 1000, step: 'any', value, required: true });
  const commission = cost(1);
  const slippage = cost(2);
  const from = h('input', { type: 'date' });
  const to = h('input', { type: 'date' });
  const short = h('input', { type: 'checkbox' });
  const inForce = h('input', { type: 'checkbox' });
  const names = h('div', { class: 'backtest-strategies' });
  const strategies = h('fieldset', {}, [h('legend', {}, ['Strategies']), names]);
  const element = h(
    'form',
    { class: 'alert-form backtest-form' },
    [
      h('label', {}, ['Data set', dataset]),
      h('label', {}, ['Symbols', symbols]),
      h('label', {}, ['First day', from]),
      h('label', {}, ['Last day', to]),
      h('label', {}, ['Commission, basis points a fill', commission]),
      h('label', {}, ['Slippage, basis points a fill', slippage]),
      strategies,
      h('label', { class: 'check' }, [short, 'A sell also opens a short position']),
      h('label', { class: 'check' }, [inForce, 'Parameters as in force now, not the defaults']),
      h('button', { type: 'submit' }, ['Run backtest']),
    ],
    {
      onsubmit: (event) => {
        event.preventDefault();
        submit(wanted(), inForce.checked);
      },
    },
  );

  function wanted(): NewBacktest {
    const only = symbols.value.split(/[\s,]+/).filter((name) => name !== '');
    const boxes = [...names.querySelectorAll<HTMLInputElement>('input')];
    const checked = boxes.filter((box) => box.checked).map((box) => box.value);
    return {
      dataset: dataset.value,
      commissionBps: Number(commission.value),
      slippageBps: Number(slippage.value),
      short: short.checked,
      ...(only.length > 0 ? { symbols: only.map((name) => name.toUpperCase()) } : {}),
      ...(checked.length > 0 && checked.length < boxes.length ? { strategies: checked } : {}),
      ...(from.value === '' ? {} : { from: from.value }),
      ...(to.value === '' ? {} : { to: to.value }),
    };
  }

  return {
    element,
    offer: (datasets, available) => {
      const chosen = dataset.value;
      dataset.replaceChildren(
        ...datasets.map(({ name }) => h('option', { value: name, selected: name === chosen }, [name])),
      );
      if (names.childElementCount === available.length) return;
      names.replaceChildren(
        ...available.map((name) =>
          h('label', { class: 'check' }, [
            h('input', { type: 'checkbox', value: name, checked: true }),
            name,
          ]),
        ),
      );
    },
  };
}
