const width = 72;
const height = 26;

/** A line through recent closes; the colour repeats what the sign of the change says. */
export class Sparkline {
  readonly element: SVGSVGElement;
  private readonly line: SVGPolylineElement;
  private readonly area: SVGPolygonElement;
  private drawn: readonly number[] | null = null;

  constructor() {
    const ns = 'http://www.w3.org/2000/svg';
    this.element = document.createElementNS(ns, 'svg');
    this.element.setAttribute('viewBox', `0 0 ${width} ${height}`);
    this.element.setAttribute('preserveAspectRatio', 'none');
    this.element.setAttribute('class', 'sparkline');
    this.element.setAttribute('aria-hidden', 'true');
    this.area = document.createElementNS(ns, 'polygon');
    this.line = document.createElementNS(ns, 'polyline');
    this.element.append(this.area, this.line);
  }

  draw(values: readonly number[]): void {
    if (values === this.drawn) return;
    this.drawn = values;
    const points = sparklinePoints(values);
    this.line.setAttribute('points', points);
    this.area.setAttribute('points', points === '' ? '' : `0,${height} ${points} ${width},${height}`);
  }
}

export function sparklinePoints(values: readonly number[]): string {
  if (values.length < 2) return '';
  const low = Math.min(...values);
  const high = Math.max(...values);
  const span = high - low;
  return values
    .map((value, index) => {
      const x = (index / (values.length - 1)) * width;
      const y = span === 0 ? height / 2 : height - 2 - ((value - low) / span) * (height - 4);
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    })
    .join(' ');
}
