// Draws the waveform: a lane for each voice, silence and talk-over shaded, evidence underlined.
import type { Lane, Peaks, Span } from "./_peaks";
import { colour, onTheme } from "./_theme";

const DRAG_FROM_PX = 4;
const SHORTEST_VIEW_MS = 4000;
const MARK_PX = 3;

interface Events {
  seek: (ms: number) => void;
  span: (span: Span) => void;
}

export class Waveform {
  private peaks: Peaks | null = null;
  private view: Span;
  private marks: Span[] = [];
  private span: Span | null = null;
  private at = 0;
  private readonly cursor = layer("wave-cursor");
  private readonly shade = layer("wave-span");
  private readonly box = layer("wave-box");
  private readonly canvas: HTMLCanvasElement;

  constructor(
    private readonly holder: HTMLElement,
    private readonly map: HTMLElement | null,
    private readonly durationMs: number,
    private readonly events: Events,
  ) {
    this.view = { from: 0, to: durationMs };
    this.canvas = holder.querySelector("canvas") as HTMLCanvasElement;
    holder.append(this.shade, this.cursor);
    map?.append(this.box);
    new ResizeObserver(() => this.draw()).observe(holder);
    onTheme(() => this.draw());
    holder.addEventListener("pointerdown", (event) => this.press(event));
    map?.addEventListener("pointerdown", (event) => this.jump(event));
  }

  setPeaks(peaks: Peaks, names: string[]): void {
    this.peaks = peaks;
    peaks.lanes.forEach((_lane, index) => {
      const label = layer(`wave-name wave-name-${index}-of-${peaks.lanes.length}`);
      label.textContent = peaks.lanes.length > 1 ? (names[index] ?? "") : "";
      this.holder.append(label);
    });
    this.draw();
  }

  setMarks(marks: Span[]): void {
    this.marks = marks;
    this.draw();
  }

  setSpan(span: Span | null): void {
    this.span = span;
    this.place();
  }

  /** Moves the cursor; while it plays, the view turns the page when the cursor leaves it. */
  setCursor(ms: number, follow: boolean): void {
    this.at = ms;
    const length = this.view.to - this.view.from;
    if (follow && length < this.durationMs && (ms < this.view.from || ms > this.view.to)) {
      this.show(ms - length * 0.1, length);
    }
    this.place();
  }

  zoom(factor: number): void {
    const length = (this.view.to - this.view.from) * factor;
    this.show(this.at - length / 2, length);
  }

  private show(from: number, length: number): void {
    const wide = Math.min(this.durationMs, Math.max(SHORTEST_VIEW_MS, length));
    const start = Math.min(Math.max(0, from), this.durationMs - wide);
    this.view = { from: start, to: start + wide };
    this.draw();
  }

  private x(ms: number): number {
    const share = (ms - this.view.from) / Math.max(1, this.view.to - this.view.from);
    return share * this.holder.clientWidth;
  }

  private ms(event: PointerEvent): number {
    const box = this.holder.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - box.left) / Math.max(1, box.width)));
    return Math.round(this.view.from + share * (this.view.to - this.view.from));
  }

  private press(event: PointerEvent): void {
    if (event.button !== 0) return;
    const begin = { x: event.clientX, ms: this.ms(event) };
    let dragged = false;
    this.holder.setPointerCapture(event.pointerId);
    const move = (moved: PointerEvent): void => {
      dragged ||= Math.abs(moved.clientX - begin.x) >= DRAG_FROM_PX;
      const end = this.ms(moved);
      if (dragged && end !== begin.ms) {
        this.events.span({ from: Math.min(begin.ms, end), to: Math.max(begin.ms, end) });
      }
    };
    const release = (): void => {
      this.holder.removeEventListener("pointermove", move);
      if (!dragged) this.events.seek(begin.ms);
    };
    this.holder.addEventListener("pointermove", move);
    this.holder.addEventListener("pointerup", release, { once: true });
  }

  private jump(event: PointerEvent): void {
    const box = (this.map as HTMLElement).getBoundingClientRect();
    const ms = ((event.clientX - box.left) / Math.max(1, box.width)) * this.durationMs;
    const length = this.view.to - this.view.from;
    this.show(ms - length / 2, length);
    this.events.seek(Math.round(ms));
  }

  private place(): void {
    this.cursor.style.transform = `translateX(${this.x(this.at)}px)`;
    this.shade.hidden = !this.span;
    if (this.span) {
      this.shade.style.left = `${this.x(this.span.from)}px`;
      this.shade.style.width = `${Math.max(2, this.x(this.span.to) - this.x(this.span.from))}px`;
    }
  }

  private draw(): void {
    this.place();
    const zoomed = this.view.to - this.view.from < this.durationMs - 1;
    if (this.map) this.map.hidden = !zoomed;
    if (!this.peaks) return;
    paint(this.canvas, this.holder, this.peaks, this.view, this.marks);
    if (this.map && zoomed) {
      const whole = { from: 0, to: this.durationMs };
      paint(this.map.querySelector("canvas") as HTMLCanvasElement, this.map, this.peaks, whole, []);
      const width = this.map.clientWidth / this.durationMs;
      this.box.style.left = `${this.view.from * width}px`;
      this.box.style.width = `${(this.view.to - this.view.from) * width}px`;
    }
  }
}

function layer(name: string): HTMLElement {
  const element = document.createElement("div");
  element.className = name;
  return element;
}

function paint(
  canvas: HTMLCanvasElement,
  holder: HTMLElement,
  peaks: Peaks,
  view: Span,
  marks: Span[],
): void {
  const [width, height] = [holder.clientWidth, holder.clientHeight];
  const scale = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const pen = canvas.getContext("2d");
  if (!pen || width === 0) return;
  pen.scale(scale, scale);
  const x = (ms: number): number => ((ms - view.from) / (view.to - view.from)) * width;
  bars(pen, peaks.silence, x, 0, height, colour("--wave-silence"));
  bars(pen, peaks.talkOver, x, 0, height, colour("--wave-talk-over"));
  const colours = peaks.lanes.length > 1 ? ["--agent-lane", "--customer-lane"] : ["--wave-mono"];
  const tall = height / peaks.lanes.length;
  peaks.lanes.forEach((lane, index) => {
    pen.fillStyle = colour(colours[index] ?? "--wave-mono");
    drawLane(pen, lane, peaks, view, width, index * tall, tall);
  });
  bars(pen, marks, x, height - MARK_PX, MARK_PX, colour("--accent"));
}

function bars(
  pen: CanvasRenderingContext2D,
  spans: Span[],
  x: (ms: number) => number,
  top: number,
  height: number,
  fill: string,
): void {
  pen.fillStyle = fill;
  for (const { from, to } of spans) pen.fillRect(x(from), top, Math.max(1, x(to) - x(from)), height);
}

function drawLane(
  pen: CanvasRenderingContext2D,
  lane: Lane,
  peaks: Peaks,
  view: Span,
  width: number,
  top: number,
  tall: number,
): void {
  const middle = top + tall / 2;
  const reach = (tall / 2 - 2) / 128;
  const step = (view.to - view.from) / peaks.pointMs / width;
  const first = view.from / peaks.pointMs;
  for (let column = 0; column < width; column += 1) {
    const begin = Math.floor(first + column * step);
    const end = Math.min(peaks.points, Math.max(begin + 1, Math.floor(first + (column + 1) * step)));
    let [low, high] = [0, 0];
    for (let point = begin; point < end; point += 1) {
      low = Math.min(low, lane.values[point * 2] ?? 0);
      high = Math.max(high, lane.values[point * 2 + 1] ?? 0);
    }
    const up = Math.max(0.5, high * reach);
    pen.fillRect(column, middle - up, 1, up + Math.max(0.5, -low * reach));
  }
}
