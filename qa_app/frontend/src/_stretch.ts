// Ends of stretches while it plays: stop there, begin again, leap over silence.
import type { Span } from "./_peaks";

const SHORTEST_SKIP_MS = 1200;
const SKIP_EDGE_MS = 250;
const SOON_MS = 120;

export interface Stretch {
  /** Where playing stops, once. */
  stopAt: number | null;
  /** What is repeated. */
  loop: Span | null;
  /** Times without speech, where they are skipped. */
  quiet: Span[] | null;
}

/** Looks once a frame, and for an end that comes before the next frame, by a clock. */
export class Stretches {
  private timer = 0;

  constructor(
    private readonly audio: HTMLAudioElement,
    private readonly stopped: (overrunMs: number) => void,
  ) {}

  look(stretch: Stretch): void {
    const now = this.audio.currentTime * 1000;
    const { stopAt, loop, quiet } = stretch;
    const end = stopAt ?? (loop && now < loop.to + SOON_MS ? loop.to : null);
    if (end !== null) {
      this.atEnd(stretch, now, end);
      if (stopAt !== null || (loop && now >= loop.from - SOON_MS)) return;
    }
    if (loop && (now >= loop.to || now < loop.from - SOON_MS)) this.go(loop.from);
    else if (quiet) this.leap(quiet, now);
  }

  forget(): void {
    window.clearTimeout(this.timer);
    this.timer = 0;
  }

  private atEnd(stretch: Stretch, now: number, end: number): void {
    const left = (end - now) / this.audio.playbackRate;
    if (left > SOON_MS) return;
    if (left > 2) {
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => this.look(stretch), left - 1);
      return;
    }
    this.forget();
    if (stretch.stopAt !== null) {
      this.audio.pause();
      this.stopped(this.audio.currentTime * 1000 - end);
      stretch.stopAt = null;
      this.go(end);
    } else if (stretch.loop) {
      this.stopped(now - end);
      this.go(stretch.loop.from);
    }
  }

  private leap(quiet: Span[], now: number): void {
    const found = quiet.find(
      ({ from, to }) =>
        to - from >= SHORTEST_SKIP_MS && now > from + SKIP_EDGE_MS && now < to - SKIP_EDGE_MS,
    );
    if (found) this.go(found.to - SKIP_EDGE_MS);
  }

  private go(ms: number): void {
    if (!this.audio.seeking) this.audio.currentTime = ms / 1000;
  }
}
