// The panel of the player: volume, the voices, which lane is whose.
import type { Preferences } from "./_preferences";
import { send } from "./_server";
import { toast } from "./_toasts";
import { Voices } from "./_voices";

export interface PlayerState {
  state: string;
  reason?: string;
  duration_ms: number;
  size: number;
  agent_lane: number;
  cut_short: string;
  figures: string;
}

/** 0 is the agent, 1 the customer, whichever lane they are on. */
export type Role = 0 | 1;

export class Panel {
  private readonly voices: Voices;
  private agentLane: number;

  constructor(
    private readonly root: HTMLElement,
    private readonly audio: HTMLAudioElement,
    private readonly preferences: Preferences,
    private readonly swapped: (state: PlayerState) => void,
  ) {
    this.voices = new Voices(audio);
    this.agentLane = Number(root.dataset.agentLane);
    this.listen();
    const kept = Number(preferences.get("volume") ?? "100");
    this.setVolume(Number.isFinite(kept) ? kept : 100);
  }

  /** Two lanes have voices of their own; one lane has only its volume. */
  showLanes(two: boolean): void {
    for (const part of ["[data-voices]", "[data-lanes]"]) {
      const element = this.root.querySelector<HTMLElement>(part);
      if (element) element.hidden = !two;
    }
  }

  setAgentLane(lane: number): void {
    this.agentLane = lane;
    this.tell();
  }

  toggleMute(role: Role): boolean {
    const voices = this.root.querySelector<HTMLElement>("[data-voices]");
    if (!voices || voices.hidden) return false;
    const lane = this.lane(role);
    this.voices.mute(lane, !this.voices.isMuted(lane));
    this.tell();
    return this.voices.isMuted(lane);
  }

  end(): void {
    this.voices.end();
  }

  reset(): void {
    this.voices.reset();
    const both = this.root.querySelector<HTMLInputElement>("[data-both-ears]");
    if (both) both.checked = false;
    this.tell();
  }

  private lane(role: number): number {
    return role === 0 ? this.agentLane : 1 - this.agentLane;
  }

  private setVolume(percent: number): void {
    const volume = Math.min(100, Math.max(0, percent));
    this.audio.volume = volume / 100;
    const slider = this.root.querySelector<HTMLInputElement>("[data-volume]");
    const words = this.root.querySelector<HTMLElement>("[data-volume-text]");
    if (slider) slider.value = String(volume);
    if (words) words.textContent = `${volume}%`;
  }

  private tell(): void {
    for (const role of [0, 1] as Role[]) {
      const lane = this.lane(role);
      const percent = Math.round(this.voices.gainOf(lane) * 100);
      const slider = this.root.querySelector<HTMLInputElement>(`[data-gain="${role}"]`);
      const words = this.root.querySelector<HTMLElement>(`[data-gain-text="${role}"]`);
      const button = this.root.querySelector<HTMLElement>(`[data-do="mute-${role}"]`);
      if (slider) slider.value = String(percent);
      if (words) words.textContent = this.voices.isMuted(lane) ? "0%" : `${percent}%`;
      button?.setAttribute("aria-pressed", String(this.voices.isMuted(lane)));
    }
    this.root.dataset.heard = this.voices.heard().join(" ");
  }

  private listen(): void {
    const { root } = this;
    root.querySelector<HTMLInputElement>("[data-volume]")?.addEventListener("input", (event) => {
      const { value } = event.target as HTMLInputElement;
      this.setVolume(Number(value));
      this.preferences.set("volume", value);
    });
    for (const slider of root.querySelectorAll<HTMLInputElement>("[data-gain]")) {
      slider.addEventListener("input", () => {
        this.voices.setGain(this.lane(Number(slider.dataset.gain)), Number(slider.value) / 100);
        this.tell();
      });
    }
    const both = root.querySelector<HTMLInputElement>("[data-both-ears]");
    both?.addEventListener("change", () => this.voices.mix(both.checked));
    const form = root.querySelector<HTMLFormElement>("[data-lanes]");
    form?.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.swap(form);
    });
  }

  private async swap(form: HTMLFormElement): Promise<void> {
    const { dataset } = this.root;
    const body = new FormData(form);
    body.set("lane", String(1 - this.agentLane));
    try {
      const answer = await send(form.action, { method: "POST", body });
      if (!answer.ok) throw new Error(String(answer.status));
      this.swapped((await answer.json()) as PlayerState);
      toast(dataset.swapped ?? "", "good");
    } catch {
      toast(dataset.notSwapped ?? "", "bad");
    }
  }
}
