import { describe, expect, it, vi } from 'vitest';
import { alertText } from '../src/views/alerts-dialog';
import { createApi } from '../src/wire/api';
import { rawSignal } from './build';

function serve(body: unknown, status = 200) {
  return vi.fn<typeof fetch>(async () => new Response(JSON.stringify(body), { status }));
}

describe('api', () => {
  it('asks for signals with their filter and decodes them', async () => {
    const fetcher = serve([rawSignal(1)]);

    const signals = await createApi('', vi.fn(), undefined, fetcher).signals({ symbol: 'BRK.B', limit: 200 });

    expect(fetcher.mock.calls[0]?.[0]).toBe('/api/signals?limit=200&symbol=BRK.B');
    expect(signals[0]?.id).toBe('AAPL:1:rsi-recross');
  });

  it('escapes symbols in paths', async () => {
    const fetcher = serve([]);

    await createApi('', vi.fn(), undefined, fetcher).candles('^GSPC', '1m', 10);

    expect(fetcher.mock.calls[0]?.[0]).toBe('/api/symbols/%5EGSPC/candles?interval=1m&limit=10');
  });

  it('tells title, detail and fields of a problem document', async () => {
    const fetcher = serve(
      { title: 'Bad input', errors: { threshold: ['threshold must be a price above 0.'] } },
      400,
    );
    const api = createApi('', vi.fn(), undefined, fetcher);

    await expect(api.addAlert({ kind: 'price-above', symbol: null, threshold: -1 })).rejects.toMatchObject({
      message: 'Bad input. threshold must be a price above 0.',
      status: 400,
    });
  });

  it('says so when nobody answers', async () => {
    const fetcher = vi.fn(async () => Promise.reject(new TypeError('Failed to fetch')));

    await expect(createApi('', vi.fn(), undefined, fetcher).symbols()).rejects.toThrow(
      'The server cannot be reached.',
    );
  });

  it('says so when the answer is not JSON', async () => {
    const fetcher = vi.fn(async () => new Response('<html>'));

    await expect(createApi('', vi.fn(), undefined, fetcher).symbols()).rejects.toThrow('is not JSON');
  });

  it('sends the operator key with changes only', async () => {
    const fetcher = serve(null);
    const api = createApi('', vi.fn(), { value: 'secret' }, fetcher);

    await api.markRead(['a']);
    await api.status().catch(() => undefined);

    const [read, status] = fetcher.mock.calls.map((call) => call[1]);
    expect(read).toMatchObject({
      method: 'POST',
      body: '{"ids":["a"]}',
      headers: { 'X-Operator-Key': 'secret' },
    });
    expect(status?.headers).toBeUndefined();
  });
});

describe('alertText', () => {
  it('says what the rule watches', () => {
    const rule = { id: '1', kind: 'rsi-above', symbol: 'AAPL', threshold: 70, cooldownBars: 5 };

    expect(alertText(rule)).toBe('AAPL: RSI rises above 70');
    expect(alertText({ ...rule, kind: 'ema-cross', symbol: null, threshold: null })).toBe(
      'Every symbol: EMA 12 crosses EMA 26',
    );
  });
});
