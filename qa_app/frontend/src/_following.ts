// The turn and the word that are heard, kept in sight until the reader scrolls by hand.
import type { Player } from "./_player";
import { highlight, rangeIn, textOf, type Word, wordsOf } from "./_words";

const SCROLL_KEYS = new Set(["PageUp", "PageDown", "Home", "End"]);
const [EDGE, REST] = [0.12, 0.3];
const WORD_LINGERS_MS = 400;

interface Timed {
  from: number;
  turn: HTMLElement;
}

export class Follower {
  heard: HTMLElement | null = null;
  private readonly timed: Timed[];
  private word: Word | undefined;
  private following = true;
  private readonly back = document.createElement("button");

  constructor(
    private readonly scroller: HTMLElement,
    list: HTMLElement,
    turns: HTMLElement[],
    player: Player,
  ) {
    this.timed = turns
      .filter((turn) => turn.dataset.from !== undefined)
      .map((turn) => ({ from: Number(turn.dataset.from), turn }))
      .sort((a, b) => a.from - b.from);
    if (this.timed.length === 0) return;
    this.makeButton(list);
    this.watch();
    player.onTime((ms, playing) => this.follow(ms, playing));
  }

  /** The reader looks elsewhere: nothing scrolls until they come back. */
  pause(): void {
    this.following = false;
    this.tell();
  }

  resume(): void {
    this.following = true;
    this.tell();
    if (this.heard) this.bring(this.heard);
  }

  private makeButton(list: HTMLElement): void {
    this.back.type = "button";
    this.back.className = "btn btn-secondary btn-sm turns-back";
    this.back.textContent = list.dataset.backText ?? "";
    this.back.hidden = true;
    this.back.addEventListener("click", () => this.resume());
    list.after(this.back);
  }

  private tell(): void {
    this.back.hidden = this.following || !this.heard;
  }

  private watch(): void {
    const pause = (): void => this.pause();
    const target = this.scroller === document.documentElement ? window : this.scroller;
    target.addEventListener("wheel", pause, { passive: true });
    target.addEventListener("touchmove", pause, { passive: true });
    this.scroller.addEventListener("keydown", (event) => {
      if (SCROLL_KEYS.has(event.key)) this.pause();
    });
    this.scroller.addEventListener("pointerdown", (event) => {
      const onScrollbar = event.target === this.scroller && event.offsetX >= this.scroller.clientWidth;
      if (onScrollbar) this.pause();
    });
  }

  private follow(ms: number, playing: boolean): void {
    const turn = this.turnAt(ms);
    if (turn !== this.heard) {
      this.heard?.classList.remove("is-heard");
      this.heard = turn;
      turn?.classList.add("is-heard");
      this.tell();
      const isSought = ms > 0 && this.scroller !== document.documentElement;
      if (turn && this.following && (playing || isSought)) this.bring(turn);
    }
    this.followWord(turn, ms);
  }

  private followWord(turn: HTMLElement | null, ms: number): void {
    const words = turn ? wordsOf(turn) : [];
    let index = words.length - 1;
    while (index >= 0 && (words[index] as Word).from > ms) index -= 1;
    const found = words[index];
    const word = found && ms <= found.to + WORD_LINGERS_MS ? found : undefined;
    if (word === this.word) return;
    this.word = word;
    const text = turn ? textOf(turn) : null;
    if (!word || !text) {
      highlight("heard-word", []);
      return;
    }
    const end = words[index + 1]?.at ?? text.textContent?.length ?? word.at;
    highlight("heard-word", [rangeIn(text, word.at, end)]);
  }

  /** The last turn that has begun. */
  turnAt(ms: number): HTMLElement | null {
    let [low, high] = [0, this.timed.length - 1];
    let found: HTMLElement | null = null;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const { from, turn } = this.timed[middle] as Timed;
      if (from <= ms) {
        found = turn;
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return found;
  }

  /** Scrolls only what holds the turns, and only when the turn nears an edge. */
  private bring(turn: HTMLElement, again = true): void {
    const whole = this.scroller === document.documentElement;
    const { top, height } = whole
      ? { top: 0, height: window.innerHeight }
      : this.scroller.getBoundingClientRect();
    const place = turn.getBoundingClientRect();
    const edge = height * EDGE;
    if (place.top >= top + edge && place.bottom <= top + height - edge) return;
    this.scroller.scrollTop += place.top - top - height * REST;
    // Turns that were never shown are as high as was guessed: the second look is exact.
    if (again) requestAnimationFrame(() => this.following && this.bring(turn, false));
  }
}
