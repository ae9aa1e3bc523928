// The turns of a conversation: chosen by keys or by hand, heard, shown; what is chosen can be evidence.
import { Finder } from "./_finding";
import { Follower } from "./_following";
import type { Player } from "./_player";
import { offsetAtPoint, textOf, wordAt, wordsOf } from "./_words";

const SPOKEN_CHARACTERS = 300;
const SETTLING_FRAMES = 4;
const FIRST_WORDS = 80;

export class Transcript {
  readonly turns: HTMLElement[];
  readonly follower: Follower | null;
  private readonly saying = document.createElement("div");
  private anchor = -1;
  private end = -1;

  constructor(
    readonly list: HTMLElement,
    readonly scroller: HTMLElement,
    private readonly player: Player | null,
    private readonly whenChosen: (() => void)[] = [],
  ) {
    this.turns = [...list.querySelectorAll<HTMLElement>("[data-turn]")];
    this.follower = player ? new Follower(scroller, list, this.turns, player) : null;
    this.saying.className = "visually-hidden";
    this.saying.setAttribute("aria-live", "polite");
    list.after(this.saying);
    list.parentElement?.addEventListener("click", (event) => this.press(event));
    // Pressed with Shift it chooses several messages, not the text between.
    list.addEventListener("mousedown", (event) => {
      if (event.shiftKey) event.preventDefault();
    });
    const field = document.querySelector<HTMLInputElement>("[data-find-text]");
    if (field) new Finder(field, this.turns, player, (turn) => this.found(turn));
  }

  onChoice(call: () => void): void {
    this.whenChosen.push(call);
  }

  /** The chosen turns, in the order of the conversation. */
  chosen(): HTMLElement[] {
    if (this.end < 0) return [];
    const [first, last] = [Math.min(this.anchor, this.end), Math.max(this.anchor, this.end)];
    return this.turns.slice(first, last + 1);
  }

  /** The chosen turn that was reached last. */
  current(): HTMLElement | null {
    return this.turns[this.end] ?? null;
  }

  /** Moves the choice up or down, says it, and leaves the sound alone. */
  move(step: -1 | 1, extend = false): void {
    const from = this.end >= 0 ? this.end : this.heardIndex();
    const start = step > 0 ? 0 : this.turns.length - 1;
    const at = from >= 0 ? Math.min(this.turns.length - 1, Math.max(0, from + step)) : start;
    const turn = this.turns[at];
    if (!turn) return;
    this.follower?.pause();
    this.choose(at, extend);
    turn.scrollIntoView({ block: "nearest" });
    // Turns that were never shown are as high as was guessed: the second look is exact.
    requestAnimationFrame(() => turn.scrollIntoView({ block: "nearest" }));
    this.say(turn);
  }

  /** Chooses a turn, or all up to it; -1 chooses none. */
  choose(index: number, extend = false): void {
    this.current()?.removeAttribute("aria-current");
    for (const turn of this.chosen()) turn.classList.remove("is-chosen");
    this.end = index;
    if (!extend || this.anchor < 0) this.anchor = index;
    for (const turn of this.chosen()) turn.classList.add("is-chosen");
    this.current()?.setAttribute("aria-current", "true");
    for (const call of this.whenChosen) call();
  }

  /** The turn that was being said at this moment. */
  showAt(ms: number): void {
    const index = this.turns.findLastIndex(({ dataset }) => Number(dataset.from) <= ms);
    if (index >= 0) this.show(index);
  }

  /** Brings a turn into sight and makes it flash. */
  show(index: number): void {
    const turn = this.turns[index];
    if (!turn) return;
    this.follower?.pause();
    this.choose(index);
    this.bring(turn);
    turn.classList.remove("is-flashed");
    void turn.offsetWidth; // begins the animation anew
    turn.classList.add("is-flashed");
    turn.addEventListener("animationend", () => turn.classList.remove("is-flashed"), { once: true });
  }

  /** The first words of the message, or of what is heard from there on. */
  wordsAt({ dataset }: HTMLElement): string {
    const turn =
      dataset.turn === undefined
        ? this.follower?.turnAt(Number(dataset.from))
        : this.turns[Number(dataset.turn)];
    const words = (turn && textOf(turn)?.textContent) ?? "";
    return words.length > FIRST_WORDS ? `${words.slice(0, FIRST_WORDS)}…` : words;
  }

  /** Plays from a turn, or from the character of it that was pressed. */
  hear(turn = this.current(), offset: number | null = null): void {
    const word = turn && offset !== null ? wordAt(wordsOf(turn), offset) : undefined;
    const from = word?.from ?? Number(turn?.dataset.from ?? Number.NaN);
    if (!this.player || Number.isNaN(from)) return;
    this.player.seek(from);
    this.player.play();
    this.follower?.resume();
  }

  private heardIndex(): number {
    return this.follower?.heard ? this.turns.indexOf(this.follower.heard) : -1;
  }

  private press(event: MouseEvent): void {
    const target = event.target as Element;
    const fold = target.closest<HTMLElement>("[data-more]");
    const jump = target.closest<HTMLElement>("[data-jump]");
    const turn = target.closest<HTMLElement>("[data-turn]");
    if (fold) toggleFold(fold);
    else if (jump) {
      event.preventDefault();
      this.show(Number(jump.dataset.jump));
    } else if (turn) this.pressTurn(turn, event);
  }

  private pressTurn(turn: HTMLElement, event: MouseEvent): void {
    if (!window.getSelection()?.isCollapsed) return;
    this.choose(this.turns.indexOf(turn), event.shiftKey);
    if (event.shiftKey) return;
    const text = textOf(turn);
    const inText = text?.contains(event.target as Node) ?? false;
    this.hear(turn, text && inText ? offsetAtPoint(text, event.clientX, event.clientY) : null);
  }

  private found(turn: HTMLElement): void {
    this.follower?.pause();
    const fold = turn.querySelector<HTMLElement>('[data-more][aria-expanded="false"]');
    if (fold) toggleFold(fold);
    this.choose(this.turns.indexOf(turn));
    this.bring(turn);
  }

  /** Turns that were never shown are as high as was guessed: looks again until it stays. */
  private bring(turn: HTMLElement, frames = SETTLING_FRAMES): void {
    const before = turn.getBoundingClientRect().top;
    turn.scrollIntoView({ block: "center" });
    const moved = Math.abs(turn.getBoundingClientRect().top - before) > 1;
    if (moved && frames > 0) requestAnimationFrame(() => this.bring(turn, frames - 1));
  }

  private say(turn: HTMLElement): void {
    const parts = [...turn.querySelectorAll(".turn-who, .turn-time, .turn-label, .turn-text, .turn-files")];
    this.saying.textContent = parts
      .map((part) => part.textContent?.trim())
      .join(" ")
      .slice(0, SPOKEN_CHARACTERS);
  }
}

function toggleFold(button: HTMLElement): void {
  const open = button.getAttribute("aria-expanded") !== "true";
  button.setAttribute("aria-expanded", String(open));
  button.closest(".turn")?.classList.toggle("is-open", open);
  const { less = "" } = button.dataset;
  button.dataset.less = button.textContent ?? "";
  button.textContent = less;
}

/** What scrolls when the turns do. */
function scrollerOf(list: HTMLElement): HTMLElement {
  const near = list.closest<HTMLElement>("[data-transcript]");
  const scrolls = near && ["auto", "scroll"].includes(getComputedStyle(near).overflowY);
  return near && scrolls ? near : document.documentElement;
}

export function startTranscript(player: Player | null): Transcript | null {
  const list = document.querySelector<HTMLElement>(".turns");
  return list ? new Transcript(list, scrollerOf(list), player) : null;
}
