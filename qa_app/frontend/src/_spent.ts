// Seconds really spent: the page is visible, and somebody does something or listens.

const IDLE_AFTER_MS = 60_000;

export class TimeSpent {
  private seconds = 0;
  private activeAt = performance.now();

  constructor(private readonly isListening: () => boolean) {
    for (const name of ["keydown", "pointerdown", "pointermove", "wheel"]) {
      document.addEventListener(name, () => (this.activeAt = performance.now()), { passive: true });
    }
    window.setInterval(() => this.count(), 1000);
  }

  /** Seconds since they were last settled. */
  owed(): number {
    return this.seconds;
  }

  settle(seconds: number): void {
    this.seconds = Math.max(0, this.seconds - seconds);
  }

  private count(): void {
    if (document.hidden) return;
    if (this.isListening() || performance.now() - this.activeAt < IDLE_AFTER_MS) this.seconds += 1;
  }
}
