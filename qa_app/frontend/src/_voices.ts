// The volume of each lane. The audio graph is made when it is first asked for: without it nothing
// can go wrong with the sound.

export const [LOUDEST, FULL] = [2, 1];

export class Voices {
  private readonly gains = [FULL, FULL];
  private readonly muted = [false, false];
  private bothEars = false;
  private context: AudioContext | null = null;
  private nodes: { gain: GainNode; place: StereoPannerNode }[] = [];

  constructor(private readonly audio: HTMLAudioElement) {
    audio.addEventListener("play", () => void this.context?.resume());
  }

  gainOf(lane: number): number {
    return this.gains[lane] ?? FULL;
  }

  isMuted(lane: number): boolean {
    return this.muted[lane] ?? false;
  }

  setGain(lane: number, gain: number): void {
    this.gains[lane] = Math.min(LOUDEST, Math.max(0, gain));
    this.muted[lane] = false;
    this.apply();
  }

  mute(lane: number, on: boolean): void {
    this.muted[lane] = on;
    this.apply();
  }

  mix(bothEars: boolean): void {
    this.bothEars = bothEars;
    this.apply();
  }

  reset(): void {
    this.gains.fill(FULL);
    this.muted.fill(false);
    this.bothEars = false;
    this.apply();
  }

  /** Gives the audio graph back; a browser allows only a few. */
  end(): void {
    this.context?.close().catch(() => undefined);
    this.context = null;
  }

  /** What reaches the ears of each lane now. */
  heard(): number[] {
    return this.gains.map((gain, lane) => (this.muted[lane] ? 0 : gain));
  }

  private get changed(): boolean {
    return this.bothEars || this.heard().some((gain) => gain !== FULL);
  }

  private apply(): void {
    if (!this.context && !this.changed) return;
    if (!this.context) this.build();
    const heard = this.heard();
    // A voice that is alone is heard in both ears.
    const apart = !this.bothEars && heard.every((gain) => gain > 0);
    this.nodes.forEach(({ gain, place }, lane) => {
      gain.gain.value = heard[lane] ?? FULL;
      place.pan.value = apart ? lane * 2 - 1 : 0;
    });
    void this.context?.resume();
  }

  private build(): void {
    const context = new AudioContext();
    const splitter = context.createChannelSplitter(2);
    context.createMediaElementSource(this.audio).connect(splitter);
    this.nodes = [0, 1].map((lane) => {
      const [gain, place] = [context.createGain(), context.createStereoPanner()];
      splitter.connect(gain, lane);
      gain.connect(place);
      place.connect(context.destination);
      return { gain, place };
    });
    this.context = context;
  }
}
