// Where the sound comes from: small files whole, so that seeking is local; what goes wrong, in words.

const WHOLE_UP_TO_BYTES = 4_000_000; // some twelve minutes
const BUSY_AFTER_MS = 400;
const RETRY_MS = [1000, 2000, 4000, 8000, 15_000];
const HAVE_METADATA = 1;

export type Trouble = "failed" | "undecodable" | "signedOut" | "gone" | "broken";

interface Events {
  trouble: (what: Trouble | null) => void;
  busy: (is: boolean) => void;
}

export class Sound {
  private local = "";
  private kept = 0;
  private wanted = false;
  private tries = 0;
  private decodeTries = 0;
  private timer = 0;
  private busyTimer = 0;
  private inTrouble = false;

  constructor(
    readonly audio: HTMLAudioElement,
    private readonly url: string,
    private readonly events: Events,
    private readonly signal: AbortSignal,
  ) {
    audio.addEventListener("error", () => void this.failed(), { signal });
    audio.addEventListener("pause", () => this.goLocal(), { signal });
    audio.addEventListener("timeupdate", () => this.keep());
    audio.addEventListener("seeked", () => this.keep());
    for (const name of ["waiting", "seeking"]) audio.addEventListener(name, () => this.busy(true));
    for (const name of ["playing", "canplay", "seeked", "pause"]) {
      audio.addEventListener(name, () => this.busy(false));
    }
    audio.addEventListener("playing", () => this.fine());
    window.addEventListener("online", () => this.inTrouble && this.retry(), { signal });
    signal.addEventListener("abort", () => this.end());
  }

  /** Gets ready; `size` in bytes, 0 when unknown. */
  begin(size: number): void {
    if (size > 0 && size <= WHOLE_UP_TO_BYTES) void this.fetchWhole();
    else this.stream();
  }

  play(): void {
    this.wanted = true;
    if (this.audio.error) this.retry();
    else this.start();
  }

  pause(): void {
    this.wanted = false;
    this.audio.pause();
  }

  /** Loads again and goes on where it was. */
  retry(): void {
    window.clearTimeout(this.timer);
    const at = this.kept;
    this.audio.preload = "metadata";
    this.audio.src = this.local || this.url;
    this.audio.load();
    this.audio.currentTime = at;
    if (this.wanted) this.start();
    else this.audio.addEventListener("loadedmetadata", () => this.fine(), { once: true });
  }

  /** Lets the file and the element go. */
  private end(): void {
    window.clearTimeout(this.timer);
    window.clearTimeout(this.busyTimer);
    this.wanted = false;
    this.audio.pause();
    this.audio.removeAttribute("src");
    this.audio.load();
    if (this.local) URL.revokeObjectURL(this.local);
  }

  private start(): void {
    this.audio.play().catch((problem: Error) => {
      // Everything else comes as an error of the element too.
      if (problem.name === "NotAllowedError") this.wanted = false;
    });
  }

  private stream(): void {
    this.audio.preload = "metadata";
    if (this.audio.readyState < HAVE_METADATA && this.audio.paused) this.audio.load();
  }

  private async fetchWhole(): Promise<void> {
    try {
      const answer = await fetch(this.url, { credentials: "same-origin", signal: this.signal });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const whole = await answer.blob();
      this.signal.throwIfAborted();
      this.local = URL.createObjectURL(whole);
      this.goLocal();
    } catch {
      if (this.signal.aborted) return;
      this.stream(); // the element says what is wrong
    }
  }

  /** Changes to the whole file where nobody hears it. */
  private goLocal(): void {
    const { audio } = this;
    if (!this.local || audio.src === this.local || !audio.paused) return;
    const at = audio.currentTime;
    audio.preload = "auto";
    audio.src = this.local;
    if (at > 0) audio.currentTime = at;
  }

  private keep(): void {
    if (!this.audio.error && this.audio.readyState >= HAVE_METADATA) this.kept = this.audio.currentTime;
  }

  private fine(): void {
    this.inTrouble = false;
    [this.tries, this.decodeTries] = [0, 0];
    this.events.trouble(null);
  }

  private async failed(): Promise<void> {
    this.busy(false);
    this.wanted = this.wanted && !this.audio.ended;
    this.inTrouble = true;
    const what = await this.diagnose();
    if (this.signal.aborted) return;
    if (what === null) {
      this.retry();
      return;
    }
    this.events.trouble(what);
    if (what !== "failed" && what !== "gone") return;
    window.clearTimeout(this.timer);
    const wait = RETRY_MS[Math.min(this.tries++, RETRY_MS.length - 1)];
    this.timer = window.setTimeout(() => this.retry(), wait);
  }

  /** Null where the server gives the sound all the same: once more, then the browser cannot. */
  private async diagnose(): Promise<Trouble | null> {
    try {
      const answer = await fetch(this.url, { method: "HEAD", credentials: "same-origin" });
      if (answer.redirected || answer.status === 401 || answer.status === 403) return "signedOut";
      if (answer.status >= 500) return "gone";
      if (!answer.ok) return "broken";
      return this.decodeTries++ < 1 ? null : "undecodable";
    } catch {
      return this.local ? "undecodable" : "failed";
    }
  }

  private busy(is: boolean): void {
    window.clearTimeout(this.busyTimer);
    if (!is) this.events.busy(false);
    else this.busyTimer = window.setTimeout(() => this.events.busy(true), BUSY_AFTER_MS);
  }
}
