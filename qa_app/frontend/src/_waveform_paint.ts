// Paints a waveform on a canvas: lanes, and every sign by shape or pattern as well as by colour.
import type { Lane, Peaks, Span } from "./_peaks";
import { colour } from "./_theme";

export type Tone = "find" | "bad" | "good" | "info";

export interface Hits {
  spans: Span[];
  tone: Tone;
}

export interface Picture {
  peaks: Peaks;
  /** Lanes from top to bottom, each with the token of its colour. */
  order: { lane: number; token: string }[];
  marks: Span[];
  hits: Hits[];
  words: { hold: string; masked: string };
}

type Pen = CanvasRenderingContext2D;
type Place = (ms: number) => number;

// A colour is looked up once for a painting: each look-up asks the page for its styles.
const inks = new Map<string, string>();

function ink(token: string): string {
  const known = inks.get(token) ?? colour(token);
  inks.set(token, known);
  return known;
}

const MARK_PX = 4;
const TICK_PX = 5;
const LABEL_FROM_PX = 44;
const TONES: Record<Tone, string> = {
  find: "--accent",
  bad: "--bad-text",
  good: "--good-text",
  info: "--text-muted",
};

export function paint(
  canvas: HTMLCanvasElement,
  holder: HTMLElement,
  picture: Picture,
  view: Span,
  plain = false,
): void {
  const [width, height] = [holder.clientWidth, holder.clientHeight];
  const pen = begin(canvas, width, height);
  if (!pen || width === 0) return;
  const { peaks, order, words } = picture;
  const x: Place = (ms) => ((ms - view.from) / (view.to - view.from)) * width;
  const seen = (spans: Span[]): Span[] => spans.filter(({ from, to }) => to >= view.from && from <= view.to);
  for (const span of seen(peaks.silence)) fill(pen, span, x, 0, height, "--wave-silence");
  for (const span of seen(peaks.holds)) dots(pen, span, x, height);
  for (const span of seen(peaks.talkOver)) {
    fill(pen, span, x, 0, height, "--wave-talk-over");
    hatch(pen, span, x, height, "--wave-talk-over-line", 6, false);
  }
  const tall = height / order.length;
  order.forEach(({ lane, token }, place) => {
    const values = peaks.lanes[lane];
    if (!values) return;
    pen.fillStyle = ink(token);
    drawLane(pen, values, peaks, view, width, place * tall, tall);
  });
  for (const span of seen(peaks.masked)) {
    fill(pen, span, x, 0, height, "--wave-masked");
    hatch(pen, span, x, height, "--wave-masked-line", 5, true);
  }
  for (const span of seen(picture.marks)) mark(pen, span, x, height);
  for (const { spans, tone } of picture.hits) for (const span of seen(spans)) tick(pen, x(span.from), tone);
  if (plain) return;
  pen.font = `11px ${getComputedStyle(holder).fontFamily}`;
  for (const span of seen(peaks.holds)) label(pen, span, x, width, height / 2, `${words.hold} ${length(span)}`);
  for (const span of seen(peaks.masked)) label(pen, span, x, width, height / 2, words.masked);
}

/** One sign of the legend. */
export function paintSign(canvas: HTMLCanvasElement, sign: string): void {
  const [width, height] = [28, 14];
  const pen = begin(canvas, width, height);
  if (!pen) return;
  const whole = { from: 0, to: width };
  const x: Place = (ms) => ms;
  if (sign === "silence" || sign === "hold") fill(pen, whole, x, 0, height, "--wave-silence");
  if (sign === "hold") dots(pen, whole, x, height);
  if (sign === "talk-over") {
    fill(pen, whole, x, 0, height, "--wave-talk-over");
    hatch(pen, whole, x, height, "--wave-talk-over-line", 6, false);
  }
  if (sign === "masked") {
    fill(pen, whole, x, 0, height, "--wave-masked");
    hatch(pen, whole, x, height, "--wave-masked-line", 5, true);
  }
  if (sign === "mark") mark(pen, { from: 4, to: width - 4 }, x, height);
  if (sign === "hit") tick(pen, width / 2, "find");
}

function begin(canvas: HTMLCanvasElement, width: number, height: number): Pen | null {
  inks.clear();
  const scale = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const pen = canvas.getContext("2d");
  pen?.scale(scale, scale);
  return pen;
}

function fill(pen: Pen, span: Span, x: Place, top: number, height: number, token: string): void {
  pen.fillStyle = ink(token);
  pen.fillRect(x(span.from), top, Math.max(1, x(span.to) - x(span.from)), height);
}

/** Slanted lines; crossed ones for what is masked. */
function hatch(
  pen: Pen,
  span: Span,
  x: Place,
  height: number,
  token: string,
  step: number,
  crossed: boolean,
): void {
  const [left, right] = [x(span.from), Math.max(x(span.from) + 1, x(span.to))];
  pen.save();
  pen.beginPath();
  pen.rect(left, 0, right - left, height);
  pen.clip();
  pen.strokeStyle = ink(token);
  pen.lineWidth = 1;
  pen.beginPath();
  const [first, last] = [Math.max(left, -height), Math.min(right, 20_000)];
  for (let at = first - height; at < last; at += step) {
    pen.moveTo(at, height);
    pen.lineTo(at + height, 0);
    if (crossed) {
      pen.moveTo(at, 0);
      pen.lineTo(at + height, height);
    }
  }
  pen.stroke();
  pen.restore();
}

/** A row of dots through the middle: the caller waits. */
function dots(pen: Pen, span: Span, x: Place, height: number): void {
  pen.save();
  pen.strokeStyle = ink("--wave-hold");
  pen.lineWidth = 2;
  pen.setLineDash([2, 5]);
  for (const share of [0.2, 0.8]) {
    pen.beginPath();
    pen.moveTo(x(span.from) + 2, height * share);
    pen.lineTo(x(span.to) - 2, height * share);
    pen.stroke();
  }
  pen.restore();
}

/** A bracket on the ground: evidence. */
function mark(pen: Pen, span: Span, x: Place, height: number): void {
  pen.fillStyle = ink("--accent");
  const [left, right] = [x(span.from), Math.max(x(span.from) + 3, x(span.to))];
  pen.fillRect(left, height - MARK_PX, right - left, MARK_PX);
  for (const edge of [left, right - 2]) pen.fillRect(edge, height - 2.5 * MARK_PX, 2, 2 * MARK_PX);
}

/** A sign at the top; its shape says what was found. */
function tick(pen: Pen, at: number, tone: Tone): void {
  pen.fillStyle = ink(TONES[tone]);
  pen.beginPath();
  if (tone === "good") {
    pen.arc(at, TICK_PX, TICK_PX - 0.5, 0, 2 * Math.PI);
  } else if (tone === "bad") {
    pen.moveTo(at, 0);
    pen.lineTo(at + TICK_PX, TICK_PX);
    pen.lineTo(at, 2 * TICK_PX);
    pen.lineTo(at - TICK_PX, TICK_PX);
  } else {
    pen.moveTo(at - TICK_PX, 0);
    pen.lineTo(at + TICK_PX, 0);
    pen.lineTo(at, 1.8 * TICK_PX);
  }
  pen.fill();
}

function label(pen: Pen, span: Span, x: Place, width: number, middle: number, words: string): void {
  const [left, right] = [Math.max(0, x(span.from)), Math.min(width, x(span.to))];
  const wide = pen.measureText(words).width;
  if (right - left < Math.max(LABEL_FROM_PX, wide + 10)) return;
  const at = (left + right - wide) / 2;
  pen.fillStyle = ink("--surface");
  pen.fillRect(at - 4, middle - 8, wide + 8, 16);
  pen.fillStyle = ink("--text-muted");
  pen.textBaseline = "middle";
  pen.fillText(words, at, middle + 0.5);
}

function length({ from, to }: Span): string {
  const seconds = Math.round((to - from) / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function drawLane(
  pen: Pen,
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
    const start = Math.floor(first + column * step);
    const end = Math.min(peaks.points, Math.max(start + 1, Math.floor(first + (column + 1) * step)));
    let [low, high] = [0, 0];
    for (let point = start; point < end; point += 1) {
      low = Math.min(low, lane.values[point * 2] ?? 0);
      high = Math.max(high, lane.values[point * 2 + 1] ?? 0);
    }
    const up = Math.max(0.5, high * reach);
    pen.fillRect(column, middle - up, 1, up + Math.max(0.5, -low * reach));
  }
}
