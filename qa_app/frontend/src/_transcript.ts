// The turns of a conversation: they follow the sound, are chosen, heard and searched.
import type { Player } from "./_player";

const HANDS_OFF_MS = 4000;

export class Transcript {
  private readonly turns: HTMLElement[];
  private readonly starts: number[];
  private heard: HTMLElement | null = null;
  private scrolledAt = -HANDS_OFF_MS;
  private hits: HTMLElement[] = [];
  private hit = -1;
  chosen: HTMLElement | null = null;

  constructor(
    private readonly scroller: HTMLElement,
    private readonly player: Player | null,
  ) {
    this.turns = [...scroller.querySelectorAll<HTMLElement>("[data-turn]")];
    this.starts = this.turns.map((turn) => Number(turn.dataset.from ?? Number.NaN));
    for (const name of ["wheel", "touchmove", "pointerdown"]) {
      scroller.addEventListener(name, () => (this.scrolledAt = performance.now()), { passive: true });
    }
    scroller.addEventListener("click", (event) => this.press(event));
    player?.onTime((ms, playing) => this.follow(ms, playing));
    this.startSearch();
  }

  /** Moves the choice up or down and shows it. */
  move(step: -1 | 1): void {
    const from = this.chosen ?? this.heard;
    const at = from ? this.turns.indexOf(from) + step : step > 0 ? 0 : this.turns.length - 1;
    const turn = this.turns[Math.min(this.turns.length - 1, Math.max(0, at))];
    if (turn) this.choose(turn);
  }

  choose(turn: HTMLElement | null): void {
    this.chosen?.classList.remove("is-chosen");
    this.chosen?.removeAttribute("aria-current");
    this.chosen = turn;
    turn?.classList.add("is-chosen");
    turn?.setAttribute("aria-current", "true");
    turn?.scrollIntoView({ block: "nearest" });
  }

  show(index: number): void {
    const turn = this.turns[index];
    if (!turn) return;
    this.choose(turn);
    turn.scrollIntoView({ block: "center" });
  }

  hear(turn = this.chosen): void {
    const from = Number(turn?.dataset.from ?? Number.NaN);
    if (!this.player || Number.isNaN(from)) return;
    this.player.seek(from);
    this.player.play();
  }

  /** The turn in which text is selected, else the chosen one. */
  marked(): HTMLElement | null {
    const selection = window.getSelection();
    const node = selection && !selection.isCollapsed ? selection.anchorNode : null;
    const element = node instanceof Element ? node : (node?.parentElement ?? null);
    const turn = element?.closest<HTMLElement>("[data-turn]") ?? null;
    return turn && this.scroller.contains(turn) ? turn : this.chosen;
  }

  private press(event: MouseEvent): void {
    const turn = (event.target as Element).closest<HTMLElement>("[data-turn]");
    if (!turn || !window.getSelection()?.isCollapsed) return;
    this.choose(turn);
    this.hear(turn);
  }

  private follow(ms: number, playing: boolean): void {
    const turn = this.turns[this.turnAt(ms)] ?? null;
    if (turn === this.heard) return;
    this.heard?.classList.remove("is-heard");
    this.heard = turn;
    turn?.classList.add("is-heard");
    if (playing && performance.now() - this.scrolledAt > HANDS_OFF_MS) {
      turn?.scrollIntoView({ block: "nearest" });
    }
  }

  /** The last turn that has begun; turns may lack times. */
  private turnAt(ms: number): number {
    let [low, high] = [0, this.starts.length - 1];
    let found = -1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      if ((this.starts[middle] ?? Number.NaN) <= ms) {
        found = middle;
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return found;
  }

  private startSearch(): void {
    const field = document.querySelector<HTMLInputElement>("[data-find-text]");
    field?.addEventListener("input", () => this.search(field.value));
    field?.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      this.nextHit(event.shiftKey ? -1 : 1);
    });
  }

  private search(words: string): void {
    const wanted = words.trim().toLocaleLowerCase();
    for (const turn of this.hits) turn.classList.remove("is-hit");
    this.hits = wanted ? this.turns.filter((turn) => textOf(turn).includes(wanted)) : [];
    for (const turn of this.hits) turn.classList.add("is-hit");
    highlight(this.hits, wanted);
    this.hit = -1;
    this.nextHit(1);
    this.count(wanted !== "");
  }

  private nextHit(step: 1 | -1): void {
    if (this.hits.length === 0) return;
    this.hit = (this.hit + step + this.hits.length) % this.hits.length;
    this.choose(this.hits[this.hit] ?? null);
    this.count(true);
  }

  private count(searching: boolean): void {
    const output = document.querySelector<HTMLElement>("[data-find-count]");
    if (!output) return;
    const found = this.hits.length ? `${this.hit + 1} / ${this.hits.length}` : output.dataset.none;
    output.textContent = searching ? (found ?? "") : "";
  }
}

function textOf(turn: HTMLElement): string {
  return (turn.querySelector(".turn-text")?.textContent ?? "").toLocaleLowerCase();
}

/** Marks the words without touching the document, where the browser can. */
function highlight(turns: HTMLElement[], wanted: string): void {
  if (!("highlights" in CSS)) return;
  const ranges: Range[] = [];
  for (const turn of turns) {
    const node = turn.querySelector(".turn-text")?.firstChild;
    const text = node?.textContent?.toLocaleLowerCase() ?? "";
    for (let at = text.indexOf(wanted); node && at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
      const range = new Range();
      range.setStart(node, Math.min(at, node.textContent?.length ?? 0));
      range.setEnd(node, Math.min(at + wanted.length, node.textContent?.length ?? 0));
      ranges.push(range);
    }
  }
  CSS.highlights.set("found", new Highlight(...ranges));
}

export function startTranscript(player: Player | null): Transcript | null {
  const scroller = document.querySelector<HTMLElement>("[data-transcript]");
  return scroller ? new Transcript(scroller, player) : null;
}
