import type { Preferences } from '../store/preferences';
import type { Store } from '../store/store';
import type { OperatorKey } from '../wire/api';
import type { View } from './dom';
import { h } from './dom';

const keys: readonly (readonly [string, string])[] = [
  ['/', 'Search a symbol'],
  ['j  k', 'Next, previous symbol (also the arrow keys in the list)'],
  ['0', 'Chart of every bar'],
  ['1 … 9', 'Intervals 1s, 5s, 15s, 1m, 5m, 15m, 1h, 4h, 1d'],
  ['l', 'Go to live'],
  ['n', 'Notifications'],
  ['a', 'Alerts'],
  ['r', 'Replay recorded data'],
  ['b', 'Backtest strategies on recorded data'],
  ['p', 'Strategies and their parameters'],
  ['c', 'Accuracy of the signals'],
  ['s', 'System status'],
  ['t', 'Theme'],
  ['?', 'This help'],
  ['Esc', 'Close, or leave the search'],
];

export interface DialogView extends View {
  open(): void;
}

export function createHelpDialog(): DialogView {
  const list = keys.map(([key, words]) =>
    h('div', {}, [h('dt', {}, [h('kbd', {}, [key])]), h('dd', {}, [words])]),
  );
  return dialog('Keyboard', [h('dl', { class: 'keys' }, list)]);
}

export function createSettingsDialog(store: Store, operator: OperatorKey): DialogView {
  const view = dialog('Settings', [
    choice('Theme', 'theme', [
      ['system', 'As the system'],
      ['dark', 'Dark'],
      ['light', 'Light'],
    ]),
    choice('Colours of rise and fall', 'palette', [
      ['green-red', 'Green and red'],
      ['blue-orange', 'Blue and orange, safe for colour blindness'],
    ]),
    choice('Times', 'zone', [
      ['local', 'My time zone'],
      ['utc', 'UTC'],
    ]),
  ]);
  const toasts = h('input', { type: 'checkbox' }, [], {
    onchange: () => store.setPreferences({ toasts: toasts.checked }),
  });
  view.element
    .querySelector('.dialog-body')
    ?.append(h('label', { class: 'check' }, [toasts, 'Show notifications as they come']));

  const key = h('input', { type: 'password', autocomplete: 'off' }, [], {
    onchange: () => {
      operator.value = key.value;
    },
  });
  view.element
    .querySelector('.dialog-body')
    ?.append(
      h('label', { class: 'field' }, [
        'Operator key, if the server asks for one. Forgotten with this page.',
        key,
      ]),
    );

  function choice<K extends 'theme' | 'palette' | 'zone'>(
    title: string,
    name: K,
    options: readonly (readonly [Preferences[K], string])[],
  ): HTMLElement {
    return h('fieldset', {}, [
      h('legend', {}, [title]),
      ...options.map(([value, label]) => {
        const input = h('input', { type: 'radio', name, value }, [], {
          onchange: () => store.setPreferences({ [name]: value } as Partial<Preferences>),
        });
        return h('label', { class: 'check' }, [input, label]);
      }),
    ]);
  }

  function paint(): void {
    for (const input of view.element.querySelectorAll<HTMLInputElement>('input[type=radio]'))
      input.checked = store.preferences[input.name as 'theme' | 'palette' | 'zone'] === input.value;
    toasts.checked = store.preferences.toasts;
  }

  const end = store.subscribe(['preferences'], paint);
  paint();
  return { ...view, dispose: end };
}

/** A modal dialog with a heading and a way to close it. */
export function dialog(title: string, children: readonly Node[]): DialogView {
  const id = `dialog-${title.toLowerCase()}`;
  const element = h('dialog', { 'aria-labelledby': id }, [
    h('form', { method: 'dialog', class: 'panel-head' }, [
      h('h2', { id }, [title]),
      h('span', { class: 'spacer' }),
      h('button', { type: 'submit', class: 'icon-button small', 'aria-label': 'Close' }, ['×']),
    ]),
    h('div', { class: 'dialog-body' }, children),
  ]);
  element.addEventListener('click', (event) => {
    if (event.target === element) element.close();
  });
  return {
    element,
    open: () => {
      if (!element.open) element.showModal();
    },
    dispose: () => element.remove(),
  };
}
