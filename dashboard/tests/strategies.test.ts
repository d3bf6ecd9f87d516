import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { demoAccuracy, demoHistory, demoStrategies } from '../src/dev/demo-strategies';
import { createAccuracyDialog, rateText } from '../src/views/accuracy-dialog';
import type { StrategiesBackend } from '../src/views/strategies-dialog';
import { appliesText, createStrategiesDialog, versionText } from '../src/views/strategies-dialog';
import { ApiError, createApi } from '../src/wire/api';
import { decodeAccuracy } from '../src/wire/decode-accuracy';
import { decodeStrategies } from '../src/wire/decode-strategies';

const settle = async (): Promise<void> => {
  await vi.advanceTimersByTimeAsync(0);
};

beforeEach(() => {
  vi.useFakeTimers();
  // jsdom has no modal dialogs.
  HTMLDialogElement.prototype.showModal = function (this: HTMLDialogElement) {
    this.setAttribute('open', '');
  };
});

afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
});

function openStrategies(backend: Partial<StrategiesBackend> = {}) {
  const saved = vi.fn(async (settings, version: number) => demoStrategies(settings, version + 1, 9_000));
  const view = createStrategiesDialog(
    {
      strategies: async () => demoStrategies(),
      saveStrategies: saved,
      strategyHistory: async () => [...demoHistory],
      ...backend,
    },
    () => 1_000,
  );
  document.body.append(view.element);
  view.open();
  const input = (name: string): HTMLInputElement => {
    const found = view.element.querySelector<HTMLInputElement>(`[name="${name}"]`);
    if (found === null) throw new Error(`no field ${name}`);
    return found;
  };
  const submit = async (): Promise<void> => {
    view.element.querySelector<HTMLFormElement>('form.strategies-form')?.requestSubmit();
    await settle();
  };
  return { view, saved, input, submit };
}

describe('the strategies panel', () => {
  it('shows every parameter with its value and bounds', async () => {
    const { view, input } = openStrategies();
    await settle();

    expect(input('rsiRecross.oversold').value).toBe('30');
    expect([input('rsiRecross.oversold').min, input('rsiRecross.oversold').max]).toEqual(['1', '50']);
    const coolDown = input('rsiRecross.coolDown');
    expect([coolDown.value, coolDown.min, coolDown.max, coolDown.step]).toEqual(['0', '0', '100', '1']);
    expect(input('rsiRecross.enabled').checked).toBe(true);
    expect(input('macdCross.zeroSide').value).toBe('trend');
    expect(input('context.weight').value).toBe('0.1');
    expect(view.element.textContent).toContain('first signal after 15 bars');
    expect(view.element.querySelectorAll('[data-testid=settings-version]')[0]?.textContent).toContain(
      'by alice',
    );
  });

  it('sends all settings for the version it shows and says from when on they apply', async () => {
    const { view, saved, input, submit } = openStrategies();
    await settle();
    input('rsiRecross.oversold').value = '25';
    input('rsiRecross.coolDown').value = '12';
    input('macdCross.enabled').checked = false;

    await submit();

    expect(saved).toHaveBeenCalledWith(
      {
        rsiRecross: { enabled: true, minConfidence: 0, coolDown: 12, oversold: 25, overbought: 70 },
        macdCross: { enabled: false, minConfidence: 0, coolDown: 0, zeroSide: 'trend' },
        context: { weight: 0.1 },
      },
      2,
    );
    expect(view.element.querySelector('[data-testid=applies-from]')?.textContent).toMatch(
      /^Version 3: applies to bars accepted from .* on, in 8 s\.$/,
    );
  });

  it('says what is wrong at the field', async () => {
    const { view, input, submit } = openStrategies({
      saveStrategies: async () => {
        throw new ApiError('Not valid.', 400, {
          'rsiRecross.oversold': ['must be from 1 to 50, but is 99.'],
        });
      },
    });
    await settle();

    await submit();

    expect(input('rsiRecross.oversold').getAttribute('aria-invalid')).toBe('true');
    expect(document.getElementById('error-rsiRecross.oversold')?.textContent).toContain(
      'must be from 1 to 50',
    );
    expect(view.element.querySelector('.form-note')?.textContent).toBe('Not valid.');
  });

  it('offers what somebody else changed instead of overwriting it', async () => {
    const strategies = vi.fn(async () => demoStrategies());
    const { view, submit } = openStrategies({
      strategies,
      saveStrategies: async () => {
        throw new ApiError('Changed by somebody else.', 409);
      },
    });
    await settle();

    await submit();
    [...view.element.querySelectorAll('button')].find((b) => b.textContent === 'Show them')?.click();
    await settle();

    expect(strategies).toHaveBeenCalledTimes(2);
    expect(view.element.querySelector('.form-note')?.textContent).toBe('');
  });

  it('tells versions in words', () => {
    expect(demoHistory.map(versionText)[1]).toBe('Version 1: as installed');
    expect(demoHistory.map(versionText)[0]).toContain('rsiRecross.oversold 25 → 30');
    expect(appliesText(demoStrategies(undefined, 1, 0), 5)).toBe('Version 1: applies to every bar.');
  });
});

describe('the accuracy panel', () => {
  const open = (symbol: string | null) => {
    const accuracy = vi.fn(async (query: { symbol: string | null }) => demoAccuracy(query.symbol));
    const view = createAccuracyDialog(
      { accuracy },
      () => symbol,
      () => true,
    );
    document.body.append(view.element);
    view.open();
    return { view, accuracy };
  };

  it('never shows a rate without number, interval and base rate', async () => {
    const { view } = open('AAPL');
    await settle();

    const rows = [...view.element.querySelectorAll('[data-testid=accuracy-row]')].map((row) =>
      [...row.querySelectorAll('td')].map((cell) => cell.textContent),
    );
    expect(rows[0]).toEqual(['rsi-recross', 'Both', '131', '53.4 % (43.4–63.4)', '53.1 %', '+0.042 %', '3']);
    expect(rows[2]).toEqual(['', '▼ Sell', '19', 'too few', '–', '–', '3']);
    expect(view.element.textContent).toContain('1 bp commission and 2 bp slippage');
  });

  it('asks for the symbol that was chosen and again while it is open', async () => {
    const { view, accuracy } = open('AAPL');
    await settle();
    const scope = view.element.querySelector<HTMLSelectElement>('select[aria-label=Symbols]');
    if (scope === null) throw new Error('no scope');
    scope.value = 'AAPL';
    scope.dispatchEvent(new Event('change'));
    await settle();
    await vi.advanceTimersByTimeAsync(5_000);
    view.dispose();
    await vi.advanceTimersByTimeAsync(20_000);

    expect(accuracy.mock.calls.map(([query]) => query.symbol)).toEqual([null, 'AAPL', 'AAPL']);
  });

  it('says that nothing is known instead of a rate', () => {
    const [row] = demoAccuracy(null).rows;
    if (row === undefined) throw new Error('no row');
    expect(rateText({ ...row, n: 0, hitRate: null }, 30)).toBe('none yet');
    expect(rateText({ ...row, n: 29 }, 30)).toBe('too few');
  });
});

describe('the wire', () => {
  it('sends the version and reports wrong fields', async () => {
    const fetcher = vi.fn(
      async () =>
        new Response(
          JSON.stringify({ title: 'Bad', errors: { 'context.weight': ['must be from 0 to 0.3.'] } }),
          {
            status: 400,
          },
        ),
    );
    const api = createApi('', () => undefined, { value: 'k' }, fetcher as unknown as typeof fetch);

    await expect(api.saveStrategies({ context: { weight: 2 } }, 7)).rejects.toMatchObject({
      status: 400,
      fields: { 'context.weight': ['must be from 0 to 0.3.'] },
    });

    const [path, init] = fetcher.mock.calls[0] as unknown as [string, RequestInit];
    expect(path).toBe('/api/strategies');
    expect(init).toMatchObject({ method: 'PUT', headers: { 'If-Match': '"7"', 'X-Operator-Key': 'k' } });
  });

  it('refuses answers that are not what they should be', () => {
    expect(() => decodeAccuracy({ rows: [] })).toThrow(/commissionBps/);
    expect(() => decodeStrategies({ version: 1, effectiveFrom: 0, strategies: [{}] })).toThrow(/name/);
  });
});
