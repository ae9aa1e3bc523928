// The sound of a conversation: play, seek, speed, spans, loop, skipped silence; and its waiting.
import { clock } from "./_clock";
import { loadPeaks, NotReady, type Peaks, type Span, takePeaks } from "./_peaks";
import { Panel, type PlayerState, type Role } from "./_player_panel";
import { Preferences } from "./_preferences";
import { Sound, type Trouble } from "./_sound";
import { type Stretch, Stretches } from "./_stretch";
import { Waveform } from "./_waveform";
import type { Tone } from "./_waveform_paint";

export { clock } from "./_clock";
export type { Span } from "./_peaks";

const NUDGE_MS = 3000;
const SHORTEST_SPAN_MS = 100;
const ASK_AGAIN_MS = 2000;
const LONGEST_WAIT_MS = 15_000;

export class Player {
  readonly audio: HTMLAudioElement;
  span: Span | null = null;
  private length = 0;
  private ready = false;
  private looping = false;
  private skipping = false;
  private waited = 0;
  private peaks: Peaks | null = null;
  private readonly stretch: Stretch = { stopAt: null, loop: null, quiet: null };
  private readonly stretches: Stretches;
  private readonly sound: Sound;
  private readonly panel: Panel;
  private readonly preferences: Preferences;
  private readonly wave: Waveform;
  private readonly heard: ((ms: number, playing: boolean) => void)[] = [];

  constructor(
    private readonly root: HTMLElement,
    private readonly signal: AbortSignal,
  ) {
    const { dataset } = root;
    this.audio = root.querySelector("audio") as HTMLAudioElement;
    this.audio.removeAttribute("controls");
    this.preferences = new Preferences(dataset.person ?? "");
    this.sound = new Sound(this.audio, dataset.sound ?? "", {
      trouble: (what) => this.sayTrouble(what),
      busy: (is) => this.line("[data-busy]", is ? (dataset.loading ?? "") : ""),
    }, signal);
    this.stretches = new Stretches(this.audio, (ms) => {
      root.dataset.overrun = ms.toFixed(1);
    });
    this.wave = this.waveform();
    this.panel = new Panel(root, this.audio, this.preferences, (state) => this.lanes(state));
    signal.addEventListener("abort", () => this.end());
    this.listen();
    this.remembered();
    this.tell();
    if (dataset.state === "ready") this.begin(Number(dataset.duration), Number(dataset.size));
    else this.wait(ASK_AGAIN_MS);
  }

  get durationMs(): number {
    return this.length;
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
    if (this.ready) this.sound.play();
  }

  pause(): void {
    this.sound.pause();
  }

  toggle(): void {
    this.stretch.stopAt = null;
    if (this.playing) this.pause();
    else this.play();
  }

  seek(ms: number): void {
    if (!this.ready) return;
    this.stretch.stopAt = null;
    this.stretches.forget();
    this.audio.currentTime = Math.min(this.length, Math.max(0, ms)) / 1000;
    this.tell(true);
  }

  nudge(direction: -1 | 1, by = NUDGE_MS): void {
    this.seek(this.now() + direction * by);
  }

  /** Plays exactly this stretch, then stops. */
  playSpan(span: Span): void {
    this.seek(span.from);
    this.stretch.stopAt = Math.min(span.to, this.length || span.to);
    this.play();
  }

  /** Plays what is marked. */
  playMarked(): void {
    if (this.span) this.playSpan(this.span);
  }

  setSpan(span: Span | null): void {
    this.span = span && span.to - span.from >= SHORTEST_SPAN_MS ? span : null;
    this.stretch.loop = this.looping ? this.span : null;
    this.wave.setSpan(this.span);
    const words = this.span ? `${clock(this.span.from)}–${clock(this.span.to)}` : "";
    (this.part("[data-span]") as HTMLElement).textContent = words;
    for (const name of ["clear", "play-span", "zoom-span"]) {
      (this.part(`[data-do="${name}"]`) as HTMLElement).hidden = !this.span;
    }
  }

  markStart(): void {
    const from = this.now();
    const to = this.span && this.span.to > from ? this.span.to : this.length;
    this.setSpan({ from, to: Math.min(to, this.length) });
  }

  markEnd(): void {
    const to = this.now();
    this.setSpan({ from: this.span && this.span.from < to ? this.span.from : 0, to });
  }

  /** Where evidence is, drawn below the waveform. */
  setMarks(marks: Span[]): void {
    this.wave.setMarks(marks);
  }

  /** What was found (a search, phrases), as signs at the top; `name` replaces its earlier ones. */
  setHits(name: string, spans: Span[], tone: Tone = "find"): void {
    this.wave.setHits(name, spans, tone);
  }

  toggleLoop(): boolean {
    this.looping = !this.looping;
    this.stretch.loop = this.looping ? this.span : null;
    this.pressed("loop", this.looping);
    return this.looping;
  }

  toggleSkip(): void {
    this.skip(!this.skipping);
    this.preferences.set("skip", this.skipping ? "1" : "0");
  }

  changeSpeed(direction: -1 | 1): void {
    const select = this.part("[data-speed]") as HTMLSelectElement;
    const wanted = select.selectedIndex + direction;
    if (wanted < 0 || wanted >= select.options.length) return;
    select.selectedIndex = wanted;
    this.setSpeed(select.value);
  }

  zoom(factor: number): void {
    this.wave.zoom(factor);
  }

  zoomToSpan(): void {
    if (this.span) this.wave.zoomTo(this.span);
  }

  /** Silences the agent (0) or the customer (1), or lets them be heard again. */
  toggleMute(role: Role): boolean {
    return this.panel.toggleMute(role);
  }

  private waveform(): Waveform {
    const { agent, customer, recording, hold, masked, spanStart, spanEnd } = this.root.dataset;
    const names = { agent, customer, recording, hold, masked, spanStart, spanEnd };
    const all = Object.entries(names).map(([name, words]) => [name, words ?? ""]);
    const told = Object.fromEntries(all) as Record<keyof typeof names, string>;
    return new Waveform(this.part("[data-wave]") as HTMLElement, this.part("[data-map]"), told, {
      seek: (ms) => this.seek(ms),
      span: (span) => this.setSpan(span),
    }, this.signal);
  }

  private part(selector: string): HTMLElement | null {
    return this.root.querySelector<HTMLElement>(selector);
  }

  private pressed(name: string, on: boolean): void {
    this.part(`[data-do="${name}"]`)?.setAttribute("aria-pressed", String(on));
  }

  private begin(durationMs: number, size: number): void {
    this.ready = true;
    this.length = durationMs;
    this.wave.setLength(durationMs);
    const slider = this.part("[data-wave]") as HTMLElement;
    slider.setAttribute("aria-valuemax", String(Math.floor(durationMs / 1000)));
    (this.part("[data-length]") as HTMLElement).textContent = clock(durationMs, false);
    this.sound.begin(size);
    void this.load();
  }

  /** Draws at once what was fetched ahead, and again where the server has another one by now. */
  private async load(): Promise<void> {
    const url = this.root.dataset.peaks ?? "";
    const ahead = takePeaks(url);
    if (ahead) this.show(ahead);
    try {
      const peaks = await loadPeaks(url, this.signal);
      if (peaks.etag === "" || peaks.etag !== ahead?.etag) this.show(peaks);
    } catch (problem) {
      if (this.signal.aborted) return;
      if (problem instanceof NotReady) this.waitAgain();
      else this.line("[data-trouble]", this.root.dataset.noPeaks ?? "");
    }
  }

  private show(peaks: Peaks): void {
    this.peaks = peaks;
    this.panel.showLanes(peaks.lanes.length === 2 && !peaks.lanesAreSame);
    this.wave.setPeaks(peaks, Number(this.root.dataset.agentLane));
    this.skip(this.skipping);
    this.root.dataset.drawn = "";
  }

  /** The page shows something else: nothing of this sound goes on. */
  private end(): void {
    this.stretches.forget();
    this.panel.end();
  }

  /** The recording is there, but the version without its hidden spans is still being made. */
  private waitAgain(): void {
    (this.part("[data-waiting]") as HTMLElement).hidden = false;
    this.wait(ASK_AGAIN_MS);
  }

  /** Asks until the recording is ready, then shows it: nothing is loaded anew. */
  private wait(ms: number): void {
    window.setTimeout(async () => {
      if (this.signal.aborted) return;
      this.waited += ms;
      try {
        const answer = await fetch(this.root.dataset.stateUrl ?? "", { credentials: "same-origin" });
        if (answer.ok && !answer.redirected) {
          const state = (await answer.json()) as PlayerState;
          if (state.state !== "waiting") {
            this.arrived(state);
            return;
          }
        }
      } catch {
        // asked again
      }
      this.wait(this.waited > 10 * ASK_AGAIN_MS ? Math.min(LONGEST_WAIT_MS, ms * 1.5) : ms);
    }, ms);
  }

  private arrived(state: PlayerState): void {
    const waiting = this.part("[data-waiting]") as HTMLElement;
    waiting.hidden = true;
    (this.part("[data-shown]") as HTMLElement).hidden = false;
    if (state.state === "broken") {
      for (const part of ["[data-wave]", "[data-map]", ".player-keys", "[data-figures]"]) {
        this.part(part)?.remove();
      }
      const { broken } = this.root.dataset;
      this.line("[data-trouble]", `${broken ?? ""} ${state.reason ?? ""}`);
      (this.part('[data-do="retry"]') as HTMLElement).hidden = true;
      this.offer(true);
      return;
    }
    this.line("[data-cut-short]", state.cut_short);
    this.lanes(state);
    this.begin(state.duration_ms, state.size);
  }

  private lanes(state: PlayerState): void {
    this.root.dataset.agentLane = String(state.agent_lane);
    const holder = document.createElement("template");
    holder.innerHTML = state.figures;
    const fresh = holder.content.querySelector("[data-figures]");
    if (fresh) this.part("[data-figures]")?.replaceWith(fresh);
    this.panel.setAgentLane(state.agent_lane);
    this.wave.setAgentLane(state.agent_lane);
  }

  private line(selector: string, words: string): void {
    const line = this.part(selector) as HTMLElement;
    (line.querySelector("[data-text]") ?? line).textContent = words;
    line.hidden = words === "";
  }

  private sayTrouble(what: Trouble | null): void {
    const { dataset } = this.root;
    const words = what === null ? "" : (dataset[what] ?? dataset.failed ?? "");
    this.line("[data-trouble]", words);
    this.offer(what === "undecodable" || what === "broken");
  }

  private offer(shown: boolean): void {
    const offer = this.part("[data-offer]");
    if (offer) offer.hidden = !shown;
  }

  private remembered(): void {
    this.setSpeed(this.preferences.get("speed") ?? "1");
    this.skip(this.preferences.get("skip") === "1");
  }

  private setSpeed(speed: string): void {
    const select = this.part("[data-speed]") as HTMLSelectElement;
    if (![...select.options].some(({ value }) => value === speed)) return;
    select.value = speed;
    // Loading another file goes back to the default rate.
    this.audio.defaultPlaybackRate = this.audio.playbackRate = Number(speed);
    this.preferences.set("speed", speed);
  }

  private skip(on: boolean): void {
    this.skipping = on;
    this.stretch.quiet = on ? (this.peaks?.quiet ?? null) : null;
    this.pressed("skip", on);
  }

  private goToLongestSilence(): void {
    const found = [...(this.peaks?.quiet ?? [])].sort((a, b) => b.to - b.from - (a.to - a.from))[0];
    if (found) this.seek(found.from);
  }

  private goToTalkOver(): void {
    const all = this.peaks?.talkOver ?? [];
    const next = all.find(({ from }) => from > this.now() + 50) ?? all[0];
    if (next) this.seek(next.from);
  }

  private listen(): void {
    const deeds: Record<string, () => void> = {
      toggle: () => this.toggle(),
      back: () => this.nudge(-1),
      forward: () => this.nudge(1),
      skip: () => this.toggleSkip(),
      loop: () => void this.toggleLoop(),
      clear: () => this.setSpan(null),
      retry: () => this.sound.retry(),
      silence: () => this.goToLongestSilence(),
      "talk-over": () => this.goToTalkOver(),
      "play-span": () => this.playMarked(),
      "zoom-span": () => this.zoomToSpan(),
      "mark-start": () => this.markStart(),
      "mark-end": () => this.markEnd(),
      "mute-0": () => void this.toggleMute(0),
      "mute-1": () => void this.toggleMute(1),
      "reset-voices": () => this.panel.reset(),
    };
    this.root.addEventListener("click", (event) => {
      const button = (event.target as Element).closest<HTMLElement>("[data-do]");
      deeds[button?.dataset.do ?? ""]?.();
    });
    const speed = this.part("[data-speed]") as HTMLSelectElement;
    speed.addEventListener("change", () => this.setSpeed(speed.value));
    this.audio.preservesPitch = true;
    for (const name of ["play", "pause", "ended", "seeked"]) {
      this.audio.addEventListener(name, () => this.tell());
    }
    this.audio.addEventListener("play", () => this.follow());
    this.audio.addEventListener("timeupdate", () => this.step());
  }

  private follow(): void {
    if (!this.playing) return;
    this.step();
    requestAnimationFrame(() => this.follow());
  }

  /** Once a frame while it plays: ends of spans, silence, the cursor. */
  private step(): void {
    if (this.playing) this.stretches.look(this.stretch);
    this.tell();
  }

  private tell(moved = false): void {
    const now = this.now();
    this.root.classList.toggle("is-playing", this.playing);
    this.wave.setCursor(now, this.playing, moved);
    (this.part("[data-now]") as HTMLElement).textContent = clock(now);
    const slider = this.part("[data-wave]") as HTMLElement;
    slider.setAttribute("aria-valuenow", String(Math.floor(now / 1000)));
    slider.setAttribute("aria-valuetext", clock(now, false));
    for (const call of this.heard) call(now, this.playing);
  }
}

/** The player of the page, where there is a recording that can be played or is being prepared. */
export function startPlayer(signal: AbortSignal): Player | null {
  const root = document.querySelector<HTMLElement>('[data-component~="player"]');
  return root ? new Player(root, signal) : null;
}
