import './styles/base.css';
import './styles/layout.css';
import './styles/panels.css';
import './styles/chart.css';
import './styles/backtest.css';
import type { MakeBackend } from './app';
import { startApp } from './app';
import { createApi } from './wire/api';
import { createSignalRTransport } from './wire/signalr-transport';

async function choose(): Promise<MakeBackend> {
  // The demo is cut out of the production bundle: DEV is a constant there.
  if (import.meta.env.DEV && new URLSearchParams(location.search).has('demo')) {
    const { createDemoBackend } = await import('./dev/demo-backend');
    return () => createDemoBackend();
  }
  const hub = new URL('/hub', location.href);
  return (malformed, operator) => ({
    api: createApi('', malformed, operator),
    transport: createSignalRTransport(hub.href),
  });
}

const root = document.getElementById('app');
if (root === null) throw new Error('The page has no element #app.');
const makeBackend = await choose();
const stop = startApp(root, makeBackend);
import.meta.hot?.dispose(stop);
