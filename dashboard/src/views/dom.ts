/** A piece of the page: its element, and what undoes every listener it added. */
export interface View {
  readonly element: HTMLElement;
  dispose(): void;
}

type Listeners = {
  readonly [K in keyof HTMLElementEventMap as `on${K}`]?: (event: HTMLElementEventMap[K]) => void;
};
type Attributes = Readonly<Record<string, string | number | boolean | null | undefined>>;
type Child = Node | string | null;

/** Makes an element: attributes by name (true sets, false and null leave out), `on…` listeners, children. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  children: readonly Child[] = [],
  listeners: Listeners = {},
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value ?? null);
  for (const [name, listener] of Object.entries(listeners))
    element.addEventListener(name.slice(2), listener as EventListener);
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** Sets an attribute only when it differs, so that painting an unchanged state costs nothing. */
export function setAttribute(element: Element, name: string, value: string | number | boolean | null): void {
  const text = value === null || value === false ? null : value === true ? '' : String(value);
  if (element.getAttribute(name) === text) return;
  if (text === null) element.removeAttribute(name);
  else element.setAttribute(name, text);
}

export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** An icon drawn with strokes on a 24 × 24 grid; decoration, hidden from screen readers. */
export function icon(path: string, size = 18): SVGSVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const attributes = {
    viewBox: '0 0 24 24',
    width: size,
    height: size,
    'aria-hidden': 'true',
    class: 'icon',
  };
  for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, String(value));
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
}

export const icons = {
  bell: 'M6 10a6 6 0 0 1 12 0c0 5 2 6 2 7H4c0-1 2-2 2-7M10 20a2 2 0 0 0 4 0',
  moon: 'M20 14.5A8 8 0 1 1 9.5 4a6.5 6.5 0 0 0 10.5 10.5',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.5 1.5M17.5 17.5 19 19M5 19l1.5-1.5M17.5 6.5 19 5',
  gear: 'M4 7h9M17 7h3M4 17h3M11 17h9M13 7a2 2 0 1 0 4 0 2 2 0 1 0-4 0M7 17a2 2 0 1 0 4 0 2 2 0 1 0-4 0',
  help: 'M9 9a3 3 0 1 1 4.2 2.7c-.8.4-1.2 1-1.2 2.3M12 17.5v.01M12 2.5a9.5 9.5 0 1 0 0 19 9.5 9.5 0 0 0 0-19',
  close: 'M6 6l12 12M18 6 6 18',
  replay: 'M4 12a8 8 0 1 0 3-6.2M4 4v5h5M10.5 9l5 3-5 3z',
  backtest: 'M4 4v16h16M8 15l4-5 3 3 5-7',
  table: 'M4 5h16v14H4zM4 10h16M4 15h16M10 5v14',
  down: 'M6 9l6 6 6-6',
  live: 'M5 5l7 7-7 7M13 5l7 7-7 7',
  sort: 'M8 5v14M4 15l4 4 4-4M16 19V5M12 9l4-4 4 4',
} as const;

/**
 * Makes the children of `parent` exactly `items` in order, keeping the elements of keys that stay.
 * Elements move only when the order changed.
 */
export function reconcile<T>(
  parent: HTMLElement,
  kept: Map<string, HTMLElement>,
  items: readonly T[],
  key: (item: T) => string,
  create: (item: T) => HTMLElement,
): void {
  const wanted = new Set(items.map(key));
  for (const [k, element] of kept) {
    if (wanted.has(k)) continue;
    element.remove();
    kept.delete(k);
  }
  let position: Element | null = parent.firstElementChild;
  for (const item of items) {
    const k = key(item);
    let element = kept.get(k);
    if (element === undefined) {
      element = create(item);
      kept.set(k, element);
    }
    if (element === position) position = position.nextElementSibling;
    else parent.insertBefore(element, position);
  }
}
