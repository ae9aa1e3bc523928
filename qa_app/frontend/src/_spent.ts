// Seconds really spent: somebody does something or listens. All others on the page are a pause.
import { clock } from "./_player";
import { openDialog } from "./_dialogs";

const IDLE_AFTER_MS = 60_000;
const TICK_MS = 1000;
const LONGEST_TICK_MS = 5000;

export interface Owed {
  seconds: number;
  paused: number;
}

export class TimeSpent {
  private spentMs = 0;
  private pausedMs = 0;
  private activeAt = performance.now();
  private tickedAt = Date.now();
  private before: number;
  private readonly shown = document.querySelector<HTMLElement>("[data-spent]");
  private readonly dialog = document.getElementById("paused") as HTMLDialogElement | null;

  constructor(
    private readonly isListening: () => boolean,
    signal: AbortSignal,
  ) {
    this.before = Number(this.shown?.dataset.seconds ?? 0);
    for (const name of ["keydown", "pointerdown", "pointermove", "wheel"]) {
      document.addEventListener(name, () => this.wake(), { passive: true, signal });
    }
    document.addEventListener("visibilitychange", () => this.count(), { signal });
    const ticks = window.setInterval(() => this.count(), TICK_MS);
    signal.addEventListener("abort", () => window.clearInterval(ticks));
    document.querySelector("[data-pause]")?.addEventListener("click", () => this.pause());
    this.dialog?.addEventListener("keydown", (event) => {
      if (event.repeat || ["Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
      event.preventDefault();
      this.dialog?.close();
    });
    this.dialog?.addEventListener("click", () => this.dialog?.close());
    this.dialog?.addEventListener("close", () => this.wake());
    this.show();
  }

  /** Stands still until a key: the page is dimmed. */
  pause(): void {
    this.count();
    if (this.dialog) openDialog(this.dialog);
    this.show();
  }

  /** What has not been settled with the server yet. */
  owed(): Owed {
    this.count();
    return { seconds: Math.floor(this.spentMs / 1000), paused: Math.floor(this.pausedMs / 1000) };
  }

  settle({ seconds, paused }: Owed): void {
    this.before += seconds;
    this.spentMs = Math.max(0, this.spentMs - seconds * 1000);
    this.pausedMs = Math.max(0, this.pausedMs - paused * 1000);
  }

  private wake(): void {
    this.count();
    this.activeAt = performance.now();
  }

  private get running(): boolean {
    if (document.hidden || this.dialog?.open) return false;
    return this.isListening() || performance.now() - this.activeAt < IDLE_AFTER_MS;
  }

  /** A tick that comes far too late means that the computer slept: that was a pause. */
  private count(): void {
    const passed = Math.max(0, Date.now() - this.tickedAt);
    this.tickedAt += passed;
    if (this.running && passed <= LONGEST_TICK_MS) this.spentMs += passed;
    else this.pausedMs += passed;
    this.show();
  }

  private show(): void {
    const words = clock(this.before * 1000 + this.spentMs, false);
    if (!this.shown || this.shown.textContent === words) return;
    this.shown.textContent = words;
    this.shown.closest(".spent")?.classList.toggle("is-still", !this.running);
  }
}
