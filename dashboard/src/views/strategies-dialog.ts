import type {
  Parameter,
  Settings,
  SettingsVersion,
  SettingValue,
  Strategies,
  Strategy,
} from '../wire/decode-strategies';
import { ApiError } from '../wire/api';
import type { DialogView } from './dialogs';
import { dialog } from './dialogs';
import { h } from './dom';
import { formatMoment } from './format';

/** What the panel needs of the world. */
export interface StrategiesBackend {
  strategies(): Promise<Strategies>;
  saveStrategies(settings: Settings, version: number): Promise<Strategies>;
  strategyHistory(limit: number): Promise<SettingsVersion[]>;
}

interface Field {
  readonly read: () => SettingValue;
  readonly say: (message: string) => void;
}

const shownVersions = 10;

/** The parameters of every strategy, with their bounds, since when they apply, and who changed what. */
export function createStrategiesDialog(
  backend: StrategiesBackend,
  now: () => number = () => Date.now(),
): DialogView {
  const applies = h('p', { class: 'dim', role: 'status', 'data-testid': 'applies-from' });
  const note = h('p', { class: 'form-note', role: 'alert' });
  const groups = h('div', { class: 'strategies' });
  const save = h('button', { type: 'submit' }, ['Apply']);
  const history = h('ul', { class: 'versions' });
  const form = h(
    'form',
    { class: 'alert-form strategies-form', novalidate: true },
    [groups, h('div', { class: 'tools' }, [save])],
    {
      onsubmit: (event) => {
        event.preventDefault();
        void apply();
      },
    },
  );
  const view = dialog('Strategies', [applies, form, note, h('h3', {}, ['History']), history]);
  view.element.classList.add('wide');
  const fields = new Map<string, Field>();
  let shown: Strategies | null = null;

  function settings(): Settings {
    const all: Record<string, Record<string, SettingValue>> = {};
    for (const [path, field] of fields) {
      const [group = '', name = ''] = path.split('.');
      (all[group] ??= {})[name] = field.read();
    }
    return all;
  }

  async function load(): Promise<void> {
    note.textContent = '';
    try {
      paint(await backend.strategies());
      await loadHistory();
    } catch (error) {
      note.textContent = error instanceof Error ? error.message : String(error);
    }
  }

  async function apply(): Promise<void> {
    if (shown === null) return;
    note.textContent = '';
    for (const field of fields.values()) field.say('');
    save.disabled = true;
    try {
      paint(await backend.saveStrategies(settings(), shown.version));
      await loadHistory();
    } catch (error) {
      note.textContent = error instanceof Error ? error.message : String(error);
      if (error instanceof ApiError) {
        for (const [path, messages] of Object.entries(error.fields))
          fields.get(path)?.say(messages.join(' '));
        if (error.status === 409) note.append(' ', reload());
      }
    } finally {
      save.disabled = false;
    }
  }

  function reload(): HTMLElement {
    return h('button', { type: 'button', class: 'link' }, ['Show them'], { onclick: () => void load() });
  }

  function paint(strategies: Strategies): void {
    shown = strategies;
    fields.clear();
    applies.textContent = appliesText(strategies, now());
    groups.replaceChildren(...strategies.strategies.map(group));
  }

  function group(strategy: Strategy): HTMLElement {
    const values = shown?.settings[strategy.field] ?? {};
    return h('fieldset', { 'data-testid': 'strategy', 'data-strategy': strategy.field }, [
      h('legend', {}, [strategy.title]),
      strategy.warmUpBars > 0
        ? h('p', { class: 'dim' }, [`${strategy.name} · first signal after ${strategy.warmUpBars} bars`])
        : h('p', { class: 'dim' }, ['They move the confidence of signals and decide none.']),
      ...strategy.parameters.map((parameter) =>
        control(`${strategy.field}.${parameter.name}`, parameter, values[parameter.name]),
      ),
    ]);
  }

  function control(path: string, parameter: Parameter, value: SettingValue | undefined): HTMLElement {
    const message = h('span', { class: 'field-error', id: `error-${path}` });
    const attributes = { name: path, 'aria-describedby': `error-${path}` };
    const say = (text: string): void => {
      message.textContent = text;
      input.setAttribute('aria-invalid', String(text !== ''));
    };
    let input: HTMLElement;
    if (parameter.kind === 'boolean') {
      const box = h('input', { ...attributes, type: 'checkbox' });
      box.checked = value === true;
      input = box;
      fields.set(path, { read: () => box.checked, say });
      return h('label', { class: 'check' }, [box, parameter.title, message]);
    }
    if (parameter.kind === 'choice') {
      const select = h(
        'select',
        attributes,
        parameter.choices.map((choice) =>
          h('option', { value: choice, selected: choice === value }, [choice]),
        ),
      );
      input = select;
      fields.set(path, { read: () => select.value, say });
    } else {
      const number = h('input', {
        ...attributes,
        type: 'number',
        step: parameter.kind === 'integer' ? 1 : 'any',
        min: parameter.least,
        max: parameter.most,
        value: String(value ?? parameter.initial),
      });
      input = number;
      fields.set(path, {
        read: () => (number.value === '' ? Number(parameter.initial) : Number(number.value)),
        say,
      });
    }
    return h('label', {}, [`${parameter.title}${bounds(parameter)}`, input, message]);
  }

  async function loadHistory(): Promise<void> {
    const versions = await backend.strategyHistory(shownVersions);
    history.replaceChildren(
      ...versions.map((version) => h('li', { 'data-testid': 'settings-version' }, [versionText(version)])),
    );
  }

  return {
    ...view,
    open: () => {
      view.open();
      void load();
    },
  };
}

/** Since or from when the settings apply, in words. */
export function appliesText({ version, effectiveFrom }: Strategies, now: number): string {
  if (effectiveFrom === 0) return `Version ${version}: applies to every bar.`;
  const seconds = Math.ceil((effectiveFrom - now) / 1_000);
  return seconds > 0
    ? `Version ${version}: applies to bars accepted from ${formatMoment(effectiveFrom, 'local')} on, in ${seconds} s.`
    : `Version ${version}: applies to bars accepted since ${formatMoment(effectiveFrom, 'local')}.`;
}

/** A change of the settings in one line. */
export function versionText(version: SettingsVersion): string {
  if (version.changedAt === null) return `Version ${version.version}: as installed`;
  const by = version.changedBy === null ? '' : ` by ${version.changedBy}`;
  const what = version.changes.map(({ field, from, to }) => `${field} ${from} → ${to}`).join(', ');
  return `Version ${version.version}${by}, from ${formatMoment(version.effectiveFrom, 'local')}: ${what}`;
}

function bounds({ least, most }: Parameter): string {
  return least === null || most === null ? '' : ` (${least} to ${most})`;
}
