// The waveform under the hand: press to go there, drag to mark, handles, zoom, the map of the whole.
import type { Peaks, Span } from "./_peaks";
import { onTheme } from "./_theme";
import { Handles } from "./_waveform_handles";
import { type Hits, type Picture, type Tone, paint, paintSign } from "./_waveform_paint";

const DRAG_FROM_PX = 4;
const SHORTEST_VIEW_MS = 4000;
const PAGE_MS = 60_000;
const FITS_MS = 300_000;

export interface Names {
  agent: string;
  customer: string;
  recording: string;
  hold: string;
  masked: string;
  spanStart: string;
  spanEnd: string;
}

interface Events {
  seek: (ms: number) => void;
  span: (span: Span | null) => void;
}

export class Waveform {
  private peaks: Peaks | null = null;
  private view: Span = { from: 0, to: 1 };
  private marks: Span[] = [];
  private readonly hits = new Map<string, Hits>();
  private span: Span | null = null;
  private at = 0;
  private durationMs = 1;
  private agentLane = 0;
  private following = true;
  private asked = 0;
  private readonly cursor = layer("wave-cursor");
  private readonly shade = layer("wave-span");
  private readonly box = layer("wave-box");
  private readonly mapCursor = layer("wave-cursor");
  private readonly labels = [layer("wave-name wave-name-top"), layer("wave-name wave-name-bottom")];
  private readonly canvas: HTMLCanvasElement;
  private readonly handles: Handles;

  constructor(
    private readonly holder: HTMLElement,
    private readonly map: HTMLElement | null,
    private readonly names: Names,
    private readonly events: Events,
    signal: AbortSignal,
  ) {
    this.canvas = holder.querySelector("canvas") as HTMLCanvasElement;
    holder.append(this.shade, this.cursor, ...this.labels);
    map?.append(this.box, this.mapCursor);
    this.handles = new Handles(holder.parentElement as HTMLElement, names, {
      ms: (event) => this.ms(event),
      change: (span) => events.span(span),
    });
    const resized = new ResizeObserver(() => this.draw());
    resized.observe(holder);
    signal.addEventListener("abort", () => resized.disconnect());
    onTheme(() => this.draw(), signal);
    holder.addEventListener("pointerdown", (event) => this.press(event));
    holder.addEventListener("keydown", (event) => this.go(event));
    holder.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    map?.addEventListener("pointerdown", (event) => this.grab(event));
  }

  /** The length of the sound; of a long one the first minutes are shown, and a map of the whole. */
  setLength(ms: number): void {
    this.durationMs = Math.max(1, ms);
    this.view = { from: 0, to: Math.min(this.durationMs, FITS_MS) };
    this.handles.setLength(ms);
    this.draw();
  }

  setPeaks(peaks: Peaks, agentLane: number): void {
    this.peaks = peaks;
    this.setAgentLane(agentLane);
  }

  setAgentLane(lane: number): void {
    this.agentLane = lane;
    const two = this.isTwo;
    (this.labels[0] as HTMLElement).textContent = two ? this.names.agent : this.names.recording;
    (this.labels[1] as HTMLElement).textContent = two ? this.names.customer : "";
    this.labels[0]?.classList.toggle("is-agent", two);
    this.draw();
  }

  setMarks(marks: Span[]): void {
    this.marks = marks;
    this.draw();
  }

  setHits(name: string, spans: Span[], tone: Tone): void {
    this.hits.set(name, { spans, tone });
    this.draw();
  }

  setSpan(span: Span | null): void {
    this.span = span;
    this.place();
  }

  /** Moves the cursor; while it plays, the view turns the page when the cursor leaves it. */
  setCursor(ms: number, playing: boolean, moved = false): void {
    this.at = ms;
    const { from, to } = this.view;
    const inside = ms >= from && ms <= to;
    if (inside || moved) this.following = true;
    if (!inside && this.following && (playing || moved)) this.show(ms - (to - from) * 0.1, to - from);
    this.place();
  }

  zoom(factor: number, around = this.at): void {
    const length = (this.view.to - this.view.from) * factor;
    const share = (around - this.view.from) / (this.view.to - this.view.from);
    this.show(around - length * Math.min(1, Math.max(0, share)), length);
  }

  zoomTo(span: Span): void {
    const length = (span.to - span.from) * 1.3;
    this.show(span.from - (Math.max(length, SHORTEST_VIEW_MS) - (span.to - span.from)) / 2, length);
    this.following = false;
  }

  get shown(): Span {
    return { ...this.view };
  }

  /** The far keys of a slider; the near ones are those of the page. */
  private go(event: KeyboardEvent): void {
    const places: Record<string, number> = {
      Home: 0,
      End: this.durationMs,
      PageUp: this.at - PAGE_MS,
      PageDown: this.at + PAGE_MS,
    };
    const to = places[event.key];
    if (to === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    this.events.seek(to);
  }

  private get isTwo(): boolean {
    return this.peaks?.lanes.length === 2 && !this.peaks.lanesAreSame;
  }

  private picture(peaks: Peaks): Picture {
    const first = this.isTwo ? this.agentLane : 0;
    const order = this.isTwo
      ? [
          { lane: first, token: "--agent-lane" },
          { lane: 1 - first, token: "--customer-lane" },
        ]
      : [{ lane: 0, token: "--wave-mono" }];
    const { hold, masked } = this.names;
    return { peaks, order, marks: this.marks, hits: [...this.hits.values()], words: { hold, masked } };
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

  private ms(event: { clientX: number }): number {
    const box = this.holder.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - box.left) / Math.max(1, box.width)));
    return Math.round(this.view.from + share * (this.view.to - this.view.from));
  }

  private press(event: PointerEvent): void {
    if (event.button !== 0) return;
    const begin = { x: event.clientX, ms: this.ms(event) };
    let dragged = false;
    const move = (moved: PointerEvent): void => {
      dragged ||= Math.abs(moved.clientX - begin.x) >= DRAG_FROM_PX;
      const end = this.ms(moved);
      if (dragged && end !== begin.ms) {
        this.events.span({ from: Math.min(begin.ms, end), to: Math.max(begin.ms, end) });
      }
    };
    drag(this.holder, event, move, () => dragged || this.events.seek(begin.ms));
  }

  private wheel(event: WheelEvent): void {
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      this.zoom(event.deltaY > 0 ? 1.25 : 0.8, this.ms(event));
      return;
    }
    const sideways = event.shiftKey ? event.deltaY : event.deltaX;
    const length = this.view.to - this.view.from;
    if (!sideways || length >= this.durationMs) return;
    event.preventDefault();
    this.following = false;
    this.show(this.view.from + (sideways / this.holder.clientWidth) * length, length);
  }

  /** The map: a press goes there; what is shown is dragged. */
  private grab(event: PointerEvent): void {
    const map = this.map as HTMLElement;
    const box = map.getBoundingClientRect();
    const at = (one: PointerEvent): number => ((one.clientX - box.left) / Math.max(1, box.width)) * this.durationMs;
    const length = this.view.to - this.view.from;
    const begin = at(event);
    const inside = begin >= this.view.from && begin <= this.view.to;
    const held = inside ? begin - this.view.from : length / 2;
    let dragged = false;
    const move = (moved: PointerEvent): void => {
      dragged ||= Math.abs(moved.clientX - event.clientX) >= DRAG_FROM_PX;
      if (!dragged) return;
      this.following = false;
      this.show(at(moved) - held, length);
    };
    drag(map, event, move, () => {
      if (dragged) return;
      this.show(begin - length / 2, length);
      this.events.seek(Math.round(Math.min(this.durationMs, Math.max(0, begin))));
    });
  }

  private place(): void {
    this.cursor.style.transform = `translateX(${this.x(this.at)}px)`;
    if (this.map && !this.map.hidden) {
      const at = (this.at / this.durationMs) * this.map.clientWidth;
      this.mapCursor.style.transform = `translateX(${at}px)`;
    }
    this.shade.hidden = !this.span;
    const [left, right] = this.span ? [this.x(this.span.from), this.x(this.span.to)] : [0, 0];
    this.shade.style.left = `${left}px`;
    this.shade.style.width = `${Math.max(2, right - left)}px`;
    this.handles.place(this.span, left, right, this.holder.clientWidth);
  }

  /** Once a frame at most: dragging and scrolling ask for more. */
  private draw(): void {
    this.place();
    this.showMap();
    if (this.asked) return;
    this.asked = requestAnimationFrame(() => {
      this.asked = 0;
      this.drawNow();
    });
  }

  private showMap(): void {
    const { map, view } = this;
    if (!map) return;
    const hidden = view.to - view.from >= this.durationMs - 1;
    if (map.hidden !== hidden) map.hidden = hidden;
    const width = map.clientWidth / this.durationMs;
    this.box.style.left = `${view.from * width}px`;
    this.box.style.width = `${Math.max(6, (view.to - view.from) * width)}px`;
  }

  private drawNow(): void {
    for (const sign of document.querySelectorAll<HTMLCanvasElement>("canvas[data-sign]")) {
      paintSign(sign, sign.dataset.sign ?? "");
    }
    if (!this.peaks) return;
    const picture = this.picture(this.peaks);
    paint(this.canvas, this.holder, picture, this.view);
    if (!this.map || this.map.hidden) return;
    const canvas = this.map.querySelector("canvas") as HTMLCanvasElement;
    paint(canvas, this.map, picture, { from: 0, to: this.durationMs }, true);
  }
}

function layer(name: string): HTMLElement {
  const element = document.createElement("div");
  element.className = name;
  return element;
}

/** Follows one pointer until it is let go. */
export function drag(
  element: HTMLElement,
  event: PointerEvent,
  move: (event: PointerEvent) => void,
  end: () => void,
): void {
  const { pointerId } = event;
  const stop = new AbortController();
  const { signal } = stop;
  element.setPointerCapture(pointerId);
  element.addEventListener("pointermove", move, { signal });
  element.addEventListener("pointercancel", () => stop.abort(), { signal });
  element.addEventListener(
    "pointerup",
    () => {
      stop.abort();
      end();
    },
    { signal },
  );
}
