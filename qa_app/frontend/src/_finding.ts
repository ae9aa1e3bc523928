// Search in the turns of a conversation: every hit coloured, counted, walked through.
import { isComposing } from "./_keys";
import type { Player, Span } from "./_player";
import { highlight, rangeIn, textOf, timesOf } from "./_words";

interface Hit {
  turn: HTMLElement;
  at: number;
  end: number;
}

/** The same signs in one form, as many as before: small letters, half width. */
export function fold(text: string): string {
  const half = text
    .replace(/[\uff01-\uff5e]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replaceAll("\u3000", " ");
  const small = half.toLowerCase();
  if (small.length === half.length) return small;
  return [...half].map((sign) => (sign.toLowerCase().length === sign.length ? sign.toLowerCase() : sign)).join("");
}

export class Finder {
  private texts: string[] | null = null;
  private hits: Hit[] = [];
  private hit = -1;
  private wanted = "";
  private readonly output = document.querySelector<HTMLElement>("[data-find-count]");

  constructor(
    private readonly field: HTMLInputElement,
    private readonly turns: HTMLElement[],
    private readonly player: Player | null,
    private readonly show: (turn: HTMLElement) => void,
  ) {
    field.addEventListener("input", (event) => {
      if (!(event instanceof InputEvent && event.isComposing)) this.search();
    });
    field.addEventListener("compositionend", () => this.search());
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || isComposing(event) || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      this.next(event.shiftKey ? -1 : 1);
    });
    for (const button of document.querySelectorAll<HTMLElement>("[data-find-step]")) {
      button.addEventListener("click", () => this.next(button.dataset.findStep === "-1" ? -1 : 1));
    }
    if (field.value) this.search();
  }

  private search(): void {
    const wanted = fold(this.field.value.trim());
    if (wanted === this.wanted) return;
    this.wanted = wanted;
    this.hits = wanted ? this.find(wanted) : [];
    this.hit = -1;
    highlight("found", this.hits.map(rangeOf));
    highlight("found-now", []);
    this.player?.setHits("search", this.spans());
    const steps = document.querySelector<HTMLElement>("[data-find-steps]");
    if (steps) steps.hidden = this.hits.length < 2;
    if (this.hits.length) this.next(1);
    else this.count();
  }

  private find(wanted: string): Hit[] {
    this.texts ??= this.turns.map((turn) => fold(textOf(turn)?.textContent ?? ""));
    const hits: Hit[] = [];
    for (const [index, text] of this.texts.entries()) {
      for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
        hits.push({ turn: this.turns[index] as HTMLElement, at, end: at + wanted.length });
      }
    }
    return hits;
  }

  private spans(): Span[] {
    return this.hits.flatMap(({ turn, at, end }) => timesOf(turn, at, end) ?? []);
  }

  private next(step: 1 | -1): void {
    if (this.hits.length === 0) return;
    this.hit = (this.hit + step + this.hits.length) % this.hits.length;
    const hit = this.hits[this.hit] as Hit;
    highlight("found-now", [rangeOf(hit)]);
    this.show(hit.turn);
    this.count();
  }

  private count(): void {
    if (!this.output) return;
    const found = this.hits.length ? `${this.hit + 1} / ${this.hits.length}` : this.output.dataset.none;
    this.output.textContent = this.wanted ? (found ?? "") : "";
  }
}

function rangeOf({ turn, at, end }: Hit): StaticRange {
  return rangeIn(textOf(turn) as HTMLElement, at, end);
}
