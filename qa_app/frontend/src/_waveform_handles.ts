// The two ends of the marked span, moved by mouse and by keyboard.
import { clock } from "./_clock";
import type { Span } from "./_peaks";

const [STEP_MS, BIG_STEP_MS] = [100, 1000];
const SHORTEST_SPAN_MS = 100;
const KEYS: Record<string, -1 | 1> = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };

interface Events {
  ms: (event: PointerEvent) => number;
  change: (span: Span) => void;
}

type End = "from" | "to";

export class Handles {
  private span: Span | null = null;
  private lengthMs = 0;
  private readonly ends: Record<End, HTMLElement>;

  constructor(
    frame: HTMLElement,
    names: { spanStart: string; spanEnd: string },
    private readonly events: Events,
  ) {
    this.ends = { from: this.make("from", names.spanStart), to: this.make("to", names.spanEnd) };
    frame.append(this.ends.from, this.ends.to);
  }

  setLength(ms: number): void {
    this.lengthMs = ms;
  }

  place(span: Span | null, left: number, right: number, width: number): void {
    this.span = span;
    for (const [end, at] of [["from", left], ["to", right]] as [End, number][]) {
      const handle = this.ends[end];
      handle.hidden = !span || at < -1 || at > width + 1;
      handle.style.transform = `translateX(${at}px)`;
      if (!span) continue;
      handle.setAttribute("aria-valuemax", String(Math.round(this.lengthMs / 1000)));
      handle.setAttribute("aria-valuenow", String(span[end] / 1000));
      handle.setAttribute("aria-valuetext", clock(span[end]));
    }
  }

  private make(end: End, label: string): HTMLElement {
    const handle = document.createElement("div");
    handle.className = `wave-handle wave-handle-${end}`;
    handle.tabIndex = 0;
    handle.hidden = true;
    const told = { role: "slider", "aria-label": label, "aria-valuemin": "0", "aria-valuenow": "0" };
    for (const [name, value] of Object.entries(told)) handle.setAttribute(name, value);
    handle.addEventListener("keydown", (event) => {
      const direction = KEYS[event.key];
      if (!direction || !this.span || event.ctrlKey || event.altKey) return;
      event.preventDefault();
      const step = event.shiftKey ? BIG_STEP_MS : STEP_MS;
      this.move(end, this.span[end] + direction * step);
    });
    handle.addEventListener("pointerdown", (event) => this.grab(handle, end, event));
    return handle;
  }

  private grab(handle: HTMLElement, end: End, event: PointerEvent): void {
    if (event.button !== 0) return;
    handle.setPointerCapture(event.pointerId);
    const move = (moved: PointerEvent): void => this.move(end, this.events.ms(moved));
    handle.addEventListener("pointermove", move);
    const stop = (): void => handle.removeEventListener("pointermove", move);
    handle.addEventListener("pointerup", stop, { once: true });
    handle.addEventListener("pointercancel", stop, { once: true });
  }

  /** An end stops where the other one is, and at the ends of the sound. */
  private move(end: End, ms: number): void {
    if (!this.span) return;
    const { from, to } = this.span;
    const span =
      end === "from"
        ? { from: Math.max(0, Math.min(ms, to - SHORTEST_SPAN_MS)), to }
        : { from, to: Math.min(this.lengthMs, Math.max(ms, from + SHORTEST_SPAN_MS)) };
    this.events.change(span);
  }
}
