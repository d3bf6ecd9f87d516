import type { Store } from '../store/store';
import type { DeadLetters, NamedValue, ServiceStatus, SystemStatus } from '../wire/types';
import type { View } from './dom';
import { h, icon, icons, setAttribute, setText } from './dom';
import { formatAge, formatCompact, formatMs, formatTime } from './format';

/** The foot of the page: the system in one line, and everything behind it on demand. */
export function createStatusPanel(store: Store): View {
  const services = h('span', { class: 'status-item' });
  const rates = h('span', { class: 'status-item' });
  const latency = h('span', { class: 'status-item' });
  const screen = h('span', { class: 'status-item' });
  const rejected = h('span', { class: 'status-item' });
  const dead = h('span', { class: 'status-item' });
  const toggle = h(
    'button',
    { type: 'button', class: 'status-bar', 'aria-controls': 'status-details', 'aria-label': 'System status' },
    [
      h('strong', {}, ['System']),
      services,
      rates,
      latency,
      screen,
      rejected,
      dead,
      h('span', { class: 'spacer' }),
      icon(icons.down, 16),
    ],
    { onclick: () => store.setPreferences({ statusOpen: !store.preferences.statusOpen }) },
  );
  const details = h('div', { class: 'status-details', id: 'status-details' });
  const element = h('footer', { class: 'status-panel', 'data-testid': 'status-panel' }, [toggle, details]);

  function paintLine(): void {
    const { status } = store;
    const now = store.now();
    const p95 = store.latency.percentile(now, 0.95);
    setText(screen, p95 === null ? '' : `to screen p95 ${formatMs(p95)}`);
    if (status === null) {
      setText(services, store.connection.kind === 'live' ? 'no status yet' : 'waiting for the first status');
      return;
    }
    const instances = status.services.reduce((sum, service) => sum + service.instances.length, 0);
    const missing = status.services.filter((service) => stateOf(service) !== 'up').length;
    setText(
      services,
      `${status.services.length} services, ${instances} instances${missing > 0 ? `, ${missing} not well` : ''}`,
    );
    setAttribute(services, 'data-bad', missing > 0);
    setText(
      rates,
      status.rates
        .slice(0, 3)
        .map((rate) => `${rate.name} ${formatCompact(rate.value)}/s`)
        .join('   '),
    );
    const l = status.latencyMs;
    setText(
      latency,
      l === null
        ? ''
        : `ingest to dashboard p50 ${formatMs(l.p50)}  p95 ${formatMs(l.p95)}  p99 ${formatMs(l.p99)}`,
    );
    setText(rejected, `${formatCompact(status.rejectedTotal)} rejected`);
    setAttribute(rejected, 'data-bad', status.rejectedTotal > 0);
    const { total } = status.deadLetters;
    setText(dead, total === 0 ? '' : `${formatCompact(total)} dead ${total === 1 ? 'letter' : 'letters'}`);
    setAttribute(dead, 'data-bad', total > 0);
  }

  function paintDetails(): void {
    const isOpen = store.preferences.statusOpen;
    setAttribute(toggle, 'aria-expanded', String(isOpen));
    details.hidden = !isOpen;
    if (!isOpen) return;
    const { status } = store;
    details.replaceChildren(
      ...(status === null
        ? [h('p', { class: 'message' }, ['No status received yet.'])]
        : cards(status, store)),
      eventsCard(store),
    );
  }

  const end = store.subscribe(['status', 'clock', 'preferences', 'events'], (topics) => {
    paintLine();
    if (topics.has('status') || topics.has('preferences') || topics.has('events')) paintDetails();
  });
  paintLine();
  paintDetails();
  return { element, dispose: end };
}

function cards(status: SystemStatus, store: Store): HTMLElement[] {
  const now = store.now();
  const latency = status.latencyMs;
  return [
    card(
      'Services',
      [
        h(
          'ul',
          { class: 'services' },
          status.services.map((service) => serviceItem(service, now)),
        ),
      ],
      'card wide',
    ),
    card('Per second', [pairs(status.rates, (value) => `${formatCompact(value)}/s`, 'No rates yet.')]),
    card('Latency', [
      pairs(
        latency === null
          ? []
          : [
              { name: 'ingest to dashboard, p50', value: latency.p50 },
              { name: 'p95', value: latency.p95 },
              { name: 'p99', value: latency.p99 },
            ],
        formatMs,
        'No latency measured yet.',
      ),
      status.connections === null
        ? null
        : h('p', { class: 'dim' }, [
            `${status.connections} ${status.connections === 1 ? 'browser' : 'browsers'} connected`,
          ]),
    ]),
    card(`Rejected records: ${status.rejectedTotal.toLocaleString('en-US')}`, [
      pairs(status.rejectedByField, (value) => value.toLocaleString('en-US'), 'None, so nothing to explain.'),
      h(
        'ul',
        { class: 'reasons-list' },
        [...new Set(status.rejectedReasons)].slice(0, 6).map((text) => h('li', {}, [text])),
      ),
      store.malformed > 0
        ? h('p', { class: 'dim' }, [`${store.malformed} messages to this page were malformed.`])
        : null,
    ]),
    card('Order and back-pressure', [
      pairs(
        status.ordering.map(({ name, value }) => ({ name: orderingWords[name] ?? name, value })),
        (value) => value.toLocaleString('en-US'),
        'Not reported.',
      ),
    ]),
    deadLettersCard(status.deadLetters, store),
    card('Components', [
      status.components.length === 0
        ? h('p', { class: 'dim' }, ['Not reported.'])
        : h(
            'ul',
            {},
            status.components.map((name) => h('li', {}, [name])),
          ),
    ]),
  ];
}

/** What the counters of `ordering` count, in words. */
const orderingWords: Readonly<Record<string, string>> = {
  sources: 'sources seen',
  unnumbered: 'of them without numbers of their own',
  restarted: 'of them beginning later',
  repeats: 'repeats ignored',
  held: 'early bars held',
  gaps: 'gaps given up',
  missing: 'bars missing in them',
  late: 'late bars applied',
  backwards: 'bars back in time',
  republished: 'points published again',
  evicted: 'sources forgotten',
  refused: 'requests told to wait',
};

function deadLettersCard({ total, byTopic, recent }: DeadLetters, store: Store): HTMLElement {
  const items = recent
    .slice(0, 6)
    .map((letter) =>
      h('li', { title: letter.id }, [
        letter.time === null ? null : h('time', {}, [formatTime(letter.time, store.preferences.zone)]),
        ` ${letter.topic}${letter.app === '' ? '' : ` by ${letter.app}`}: ${letter.content}`,
      ]),
    );
  return card(`Dead letters: ${total.toLocaleString('en-US')}`, [
    pairs(byTopic, (value) => value.toLocaleString('en-US'), 'None: every event was handled.'),
    items.length === 0 ? null : h('ul', { class: 'reasons-list', 'data-testid': 'dead-letters' }, items),
  ]);
}

const stateWords = { up: '● up', degraded: '▲ degraded', down: '✕ not heard of' } as const;

function stateOf({ instances }: ServiceStatus): keyof typeof stateWords {
  const alive = instances.filter((instance) => instance.alive).length;
  return alive === 0 ? 'down' : alive < instances.length ? 'degraded' : 'up';
}

function serviceItem(service: ServiceStatus, now: number): HTMLElement {
  const { instances } = service;
  const actors = instances.map((instance) => instance.actors.reduce((sum, type) => sum + type.value, 0));
  const total = actors.reduce((sum, count) => sum + count, 0);
  const oldest = instances.reduce(
    (age, i) => (i.startedAt === null ? age : Math.max(age, now - i.startedAt)),
    0,
  );
  const parts: string[] = [];
  if (instances.length > 0)
    parts.push(`${instances.length} ${instances.length === 1 ? 'instance' : 'instances'}`);
  if (total > 0) parts.push(`${total} actors${actors.length > 1 ? ` (${actors.join(' + ')})` : ''}`);
  if (oldest > 0) parts.push(`up ${formatAge(oldest)}`);
  const state = stateOf(service);
  const names = instances.map(({ instance, alive }) => `${instance}${alive ? '' : ' (not heard of)'}`);
  return h('li', { 'data-state': state, 'data-app': service.app, title: names.join('\n') }, [
    h('span', { class: 'state' }, [stateWords[state]]),
    h('strong', {}, [service.app]),
    h('span', { class: 'dim' }, [parts.join(', ')]),
  ]);
}

function eventsCard(store: Store): HTMLElement {
  const items = store.events
    .slice(0, 8)
    .map((event) =>
      h('li', {}, [
        h('time', {}, [formatTime(event.time, store.preferences.zone)]),
        ` ${event.symbol ?? ''} ${event.detail === '' ? event.kind : event.detail}`,
      ]),
    );
  return card('Market events', [
    items.length === 0 ? h('p', { class: 'dim' }, ['None yet.']) : h('ul', { class: 'events' }, items),
  ]);
}

function card(title: string, children: readonly (Node | null)[], shape = 'card'): HTMLElement {
  return h('section', { class: shape }, [h('h3', {}, [title]), ...children]);
}

function pairs(
  values: readonly NamedValue[],
  format: (value: number) => string,
  none: string,
): HTMLElement | null {
  if (values.length === 0) return none === '' ? null : h('p', { class: 'dim' }, [none]);
  return h(
    'dl',
    { class: 'pairs' },
    values.flatMap(({ name, value }) => [h('dt', {}, [name]), h('dd', {}, [format(value)])]),
  );
}
