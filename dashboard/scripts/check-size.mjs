// Fails when the built scripts outgrow their budget: what a visitor waits for.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const budget = { bytes: 600_000, gzip: 180_000 };
const folder = fileURLToPath(new URL('../../services/Visualization/wwwroot/assets/', import.meta.url));

const scripts = readdirSync(folder).filter((name) => name.endsWith('.js'));
const total = { bytes: 0, gzip: 0 };
for (const name of scripts) {
  const content = readFileSync(folder + name);
  total.bytes += content.length;
  total.gzip += gzipSync(content).length;
}
console.log(`scripts: ${scripts.length} files, ${total.bytes} bytes, ${total.gzip} gzipped`);
if (scripts.length === 0 || total.bytes > budget.bytes || total.gzip > budget.gzip) {
  console.error(`over the budget of ${budget.bytes} bytes, ${budget.gzip} gzipped`);
  process.exit(1);
}
