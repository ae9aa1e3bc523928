// The sound of a conversation: play, seek, speed, spans, loop, skipped silence.
import { loadPeaks, type Peaks, type Span } from "./_peaks";
import { Waveform } from "./_waveform";

export type { Span } from "./_peaks";

const NUDGE_MS = 3000;
const SHORTEST_SKIP_MS = 1200;
const SKIP_EDGE_MS = 250;
const SHORTEST_SPAN_MS = 100;

/** 61234 -> "1:01.2"; without tenths "1:01". */
export function clock(ms: number, tenths = true): string {
  const seconds = Math.max(0, ms) / 1000;
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const rest = seconds % 60;
  const last = tenths ? (Math.floor(rest * 10) / 10).toFixed(1) : String(Math.floor(rest));
  const padded = last.padStart(tenths ? 4 : 2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${padded}` : `${minutes}:${padded}`;
}

export class Player {
  readonly audio: HTMLAudioElement;
  readonly durationMs: number;
  span: Span | null = null;
  private stopAt: number | null = null;
  private looping = false;
  private skipping = false;
  private peaks: Peaks | null = null;
  private readonly wave: Waveform;
  private readonly heard: ((ms: number, playing: boolean) => void)[] = [];

  constructor(private readonly root: HTMLElement) {
    this.audio = root.querySelector("audio") as HTMLAudioElement;
    this.audio.removeAttribute("controls");
    this.durationMs = Number(root.dataset.duration);
    const holder = this.part("[data-wave]") as HTMLElement;
    this.wave = new Waveform(holder, this.part("[data-map]"), this.durationMs, {
      seek: (ms) => this.seek(ms),
      span: (span) => this.setSpan(span),
    });
    this.listen();
    void this.load();
    this.tell();
  }

  get playing(): boolean {
    return !this.audio.paused && !this.audio.ended;
  }

  now(): number {
    return Math.round(this.audio.currentTime * 1000);
  }

  /** Calls back whenever the place in the sound changes. */
  onTime(call: (ms: number, playing: boolean) => void): void {
    this.heard.push(call);
  }

  play(): void {
    if (this.audio.error) this.audio.load();
    this.audio.play().then(
      () => this.trouble(""),
      (problem: Error) => {
        if (problem.name !== "AbortError") this.trouble(this.root.dataset.failed ?? "");
      },
    );
  }

  toggle(): void {
    this.stopAt = null;
    if (this.playing) this.audio.pause();
    else this.play();
  }

  seek(ms: number): void {
    this.stopAt = null;
    this.audio.currentTime = Math.min(this.durationMs, Math.max(0, ms)) / 1000;
    this.tell();
  }

  nudge(direction: -1 | 1): void {
    this.seek(this.now() + direction * NUDGE_MS);
  }

  /** Plays exactly this stretch, then stops. */
  playSpan(span: Span): void {
    this.seek(span.from);
    this.stopAt = span.to;
    this.play();
  }

  setSpan(span: Span | null): void {
    this.span = span && span.to - span.from >= SHORTEST_SPAN_MS ? span : null;
    this.wave.setSpan(this.span);
    const words = this.span ? `${clock(this.span.from)}–${clock(this.span.to)}` : "";
    (this.part("[data-span]") as HTMLElement).textContent = words;
    (this.part('[data-do="clear"]') as HTMLElement).hidden = !this.span;
  }

  markStart(): void {
    const from = this.now();
    const to = this.span && this.span.to > from ? this.span.to : this.durationMs;
    this.setSpan({ from, to: Math.min(to, this.durationMs) });
  }

  markEnd(): void {
    const to = this.now();
    this.setSpan({ from: this.span && this.span.from < to ? this.span.from : 0, to });
  }

  /** Where evidence is, drawn below the waveform. */
  setMarks(marks: Span[]): void {
    this.wave.setMarks(marks);
  }

  toggleLoop(): boolean {
    this.looping = !this.looping;
    this.pressed("loop", this.looping);
    return this.looping;
  }

  toggleSkip(): void {
    this.skipping = !this.skipping;
    this.pressed("skip", this.skipping);
  }

  changeSpeed(direction: -1 | 1): void {
    const select = this.part("[data-speed]") as HTMLSelectElement;
    const wanted = select.selectedIndex + direction;
    if (wanted < 0 || wanted >= select.options.length) return;
    select.selectedIndex = wanted;
    this.audio.playbackRate = Number(select.value);
  }

  zoom(factor: number): void {
    this.wave.zoom(factor);
  }

  private part(selector: string): HTMLElement | null {
    return this.root.querySelector<HTMLElement>(selector);
  }

  private pressed(name: string, on: boolean): void {
    this.part(`[data-do="${name}"]`)?.setAttribute("aria-pressed", String(on));
  }

  private async load(): Promise<void> {
    try {
      this.peaks = await loadPeaks(this.root.dataset.peaks ?? "");
      const { agent = "", customer = "" } = this.root.dataset;
      this.wave.setPeaks(this.peaks, [agent, customer]);
    } catch {
      this.trouble(this.root.dataset.noPeaks ?? "");
    }
  }

  private trouble(words: string): void {
    const line = this.part("[data-trouble]") as HTMLElement;
    line.textContent = words;
    line.hidden = words === "";
  }

  private listen(): void {
    const deeds: Record<string, () => void> = {
      toggle: () => this.toggle(),
      back: () => this.nudge(-1),
      forward: () => this.nudge(1),
      skip: () => this.toggleSkip(),
      loop: () => void this.toggleLoop(),
      clear: () => this.setSpan(null),
      "mark-start": () => this.markStart(),
      "mark-end": () => this.markEnd(),
    };
    this.root.addEventListener("click", (event) => {
      const button = (event.target as Element).closest<HTMLElement>("[data-do]");
      deeds[button?.dataset.do ?? ""]?.();
    });
    const speed = this.part("[data-speed]") as HTMLSelectElement;
    speed.addEventListener("change", () => {
      this.audio.playbackRate = Number(speed.value);
    });
    this.audio.preservesPitch = true;
    for (const name of ["play", "pause", "ended", "seeked"]) {
      this.audio.addEventListener(name, () => this.tell());
    }
    this.audio.addEventListener("play", () => this.follow());
    this.audio.addEventListener("timeupdate", () => this.step());
    this.audio.addEventListener("error", () => this.trouble(this.root.dataset.failed ?? ""));
  }

  private follow(): void {
    if (!this.playing) return;
    this.step();
    requestAnimationFrame(() => this.follow());
  }

  /** Once a frame while it plays: ends of spans, silence, the cursor. */
  private step(): void {
    const now = this.now();
    if (this.playing) {
      if (this.stopAt !== null && now >= this.stopAt) {
        this.audio.pause();
        this.audio.currentTime = this.stopAt / 1000;
        this.stopAt = null;
      } else if (this.looping && this.span && (now >= this.span.to || now < this.span.from - 50)) {
        this.audio.currentTime = this.span.from / 1000;
      } else if (this.skipping) {
        this.skipSilence(now);
      }
    }
    this.tell();
  }

  private skipSilence(now: number): void {
    const quiet = this.peaks?.silence.find(
      ({ from, to }) =>
        to - from >= SHORTEST_SKIP_MS && now > from + SKIP_EDGE_MS && now < to - SKIP_EDGE_MS,
    );
    if (quiet) this.audio.currentTime = (quiet.to - SKIP_EDGE_MS) / 1000;
  }

  private tell(): void {
    const now = this.now();
    this.root.classList.toggle("is-playing", this.playing);
    this.wave.setCursor(now, this.playing);
    (this.part("[data-now]") as HTMLElement).textContent = clock(now);
    const slider = this.part("[data-wave]") as HTMLElement;
    slider.setAttribute("aria-valuenow", String(Math.floor(now / 1000)));
    slider.setAttribute("aria-valuetext", clock(now, false));
    for (const call of this.heard) call(now, this.playing);
  }
}

/** The player of the page, where there is a recording that can be played. */
export function startPlayer(): Player | null {
  const root = document.querySelector<HTMLElement>('[data-component~="player"]');
  return root ? new Player(root) : null;
}
