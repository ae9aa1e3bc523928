// A walk over the places where points were lost: each is heard or shown, one after the other.
import { type Listening, openPlace } from "./_listening";
import { filled } from "./_texts";

const BETWEEN_MS = 700;
const END_SLACK_MS = 150;

interface Stop {
  place: HTMLElement;
  loss: HTMLElement;
  title: string;
}

class Tour {
  private readonly stops: Stop[];
  private at = -1;
  private timer = 0;
  private walking = false;

  constructor(
    private readonly root: HTMLElement,
    private readonly listening: Listening,
  ) {
    this.stops = [...document.querySelectorAll<HTMLElement>("[data-loss]")].flatMap((loss) =>
      [...loss.querySelectorAll<HTMLElement>("[data-place]")]
        .filter(({ dataset }) => listening.player !== null || dataset.turn !== undefined)
        .map((place) => ({ place, loss, title: loss.dataset.loss ?? "" })),
    );
    root.addEventListener("click", (event) => {
      const pressed = (event.target as Element).closest<HTMLElement>("[data-tour-do]");
      if (pressed?.dataset.tourDo === "toggle") this.toggle();
      if (pressed?.dataset.tourDo === "next") this.go(this.at + 1);
      if (pressed?.dataset.tourDo === "previous") this.go(this.at - 1);
    });
    listening.player?.audio.addEventListener("pause", () => this.heard());
  }

  /** Starts where it stands; a walk that is under way goes on to the next place. */
  step(): void {
    this.go(this.walking ? this.at + 1 : Math.max(0, this.at));
  }

  stop(): void {
    window.clearTimeout(this.timer);
    this.walking = false;
    if (this.listening.player?.playing) this.listening.player.toggle();
    this.show();
  }

  private toggle(): void {
    if (this.walking) this.stop();
    else this.go(this.at < 0 || this.at >= this.stops.length - 1 ? 0 : this.at);
  }

  private go(index: number): void {
    window.clearTimeout(this.timer);
    const stop = this.stops[index];
    if (!stop) {
      this.walking = false;
      this.show();
      return;
    }
    this.at = index;
    this.walking = true;
    openPlace(stop.place, this.listening);
    stop.loss.scrollIntoView({ block: "nearest" });
    this.show();
  }

  /** The sound stopped: at the end of the place the walk goes on, anywhere else it waits. */
  private heard(): void {
    const { place } = this.stops[this.at] ?? {};
    const now = this.listening.player?.now() ?? 0;
    if (!this.walking || place?.dataset.to === undefined) return;
    if (now < Number(place.dataset.to) - END_SLACK_MS) return;
    this.timer = window.setTimeout(() => this.go(this.at + 1), BETWEEN_MS);
  }

  private show(): void {
    const here = this.walking ? this.stops[this.at] : undefined;
    for (const { loss } of this.stops) loss.classList.toggle("is-touring", loss === here?.loss);
    this.root.classList.toggle("is-walking", this.walking);
    const line = this.root.querySelector("[data-tour-at]") as HTMLElement;
    const place = { number: this.at + 1, count: this.stops.length, title: here?.title ?? "" };
    line.textContent = here ? filled(this.root.dataset.says ?? "", place) : "";
  }
}

export function startTour(listening: Listening): Tour | null {
  const root = document.querySelector<HTMLElement>("[data-tour]");
  return root ? new Tour(root, listening) : null;
}
