// Takes the picture of a running dashboard: node scripts/screenshot.mjs URL OUT.png [--symbol S] [--light] [--size 1440x900]
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    symbol: { type: 'string' },
    mode: { type: 'string' },
    size: { type: 'string', default: '1440x900' },
    settle: { type: 'string', default: '3' },
    light: { type: 'boolean', default: false },
    status: { type: 'boolean', default: false },
  },
});
const [url, out] = positionals;
if (url === undefined || out === undefined) {
  console.error(
    'usage: screenshot.mjs URL OUT.png [--symbol S] [--mode bars|1m] [--size WxH] [--settle SECONDS] [--light] [--status]',
  );
  process.exit(2);
}

const [width = 1440, height = 900] = values.size.split('x').map(Number);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});
try {
  const page = await browser.newPage({
    viewport: { width, height },
    colorScheme: values.light ? 'light' : 'dark',
  });
  page.on('pageerror', (error) => console.error(`page: ${error.message}`));
  const address = new URL(url);
  if (values.symbol !== undefined || values.mode !== undefined)
    address.hash = `${encodeURIComponent(values.symbol ?? '')}/${values.mode ?? 'bars'}`;
  await page.goto(address.href);
  await page.waitForSelector('[data-testid=chart][data-last-rsi]', { timeout: 60_000 });
  await page.waitForFunction(
    () => Number(document.querySelector('[data-testid=chart]')?.getAttribute('data-points')) >= 60,
    undefined,
    { timeout: 120_000 },
  );
  await page.waitForSelector('[data-testid=signal-row]', { timeout: 120_000 });
  if (values.status) await page.keyboard.press('s');
  await page.waitForTimeout(Number(values.settle) * 1_000);
  await page.screenshot({ path: out });
  console.log(out);
} finally {
  await browser.close();
}
