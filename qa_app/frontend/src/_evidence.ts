// What is marked becomes evidence: text that was dragged over, a span of sound, chosen messages.
import type { Listening } from "./_listening";
import type { Place } from "./_places";
import type { Player, Span } from "./_player";
import type { Transcript } from "./_transcript";
import { offsetIn, textOf, timesOf } from "./_words";

interface Selected {
  turn: HTMLElement;
  begin: number;
  end: number;
}

interface Hooks {
  signal: AbortSignal;
  /** What the button beside the marked places says; nothing: there is nothing to attach. */
  label: (places: Place[]) => string;
  attach: (places: Place[]) => void;
}

const TAP_MS = 300;

export class Evidence {
  private readonly player: Player | null;
  private readonly transcript: Transcript | null;
  private readonly button = document.createElement("button");
  private offered: Place[] = [];
  /** The span that the selected text put into the player. */
  private mirrored: Span | null = null;
  private frame = 0;
  private hiding = 0;

  constructor(listening: Listening, private readonly hooks: Hooks) {
    this.player = listening.player;
    this.transcript = listening.transcript;
    if (!this.transcript) return;
    this.makeButton(this.transcript);
    this.transcript.onChoice(() => this.later());
    const { signal } = hooks;
    document.addEventListener("selectionchange", () => this.later(), { signal });
    document.addEventListener("focusin", () => this.name(), { signal });
    // A press on what attaches must not take the selection away before it is attached.
    const hold = (event: Event): void => {
      if ((event.target as Element).closest('[data-act="evidence"]')) event.preventDefault();
    };
    document.addEventListener("mousedown", hold, { signal });
    signal.addEventListener("abort", () => this.forget());
  }

  /** The marked places: selected text, else the marked span, else the chosen turns. */
  places(): Place[] {
    const selected = this.selected();
    if (selected.length) return this.placesOf(selected);
    if (this.player?.span) return [placeOf(this.player.span)];
    return this.placesOf((this.transcript?.chosen() ?? []).map(whole));
  }

  clear(): void {
    window.getSelection()?.removeAllRanges();
    this.player?.setSpan(null);
    this.transcript?.choose(-1);
    this.mirrored = null;
    this.offer();
  }

  private makeButton(transcript: Transcript): void {
    this.button.type = "button";
    this.button.className = "btn btn-primary btn-sm attach-here";
    this.button.tabIndex = -1;
    this.button.hidden = true;
    this.button.addEventListener("mousedown", (event) => event.preventDefault());
    this.button.addEventListener("click", (event) => {
      event.stopPropagation();
      this.hooks.attach(this.offered);
    });
    transcript.list.after(this.button);
  }

  private forget(): void {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.hiding);
    window.getSelection()?.removeAllRanges();
  }

  private later(): void {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.offer());
  }

  /** Shows the button beside what is marked. */
  private offer(): void {
    const selected = this.selected();
    this.mirror(selected);
    const places = selected.length
      ? this.placesOf(selected)
      : this.placesOf((this.transcript?.chosen() ?? []).map(whole));
    clearTimeout(this.hiding);
    if (places.length === 0) {
      // A tap on the button takes the selection away before it is a click.
      this.hiding = window.setTimeout(() => {
        this.offered = [];
        this.name();
      }, TAP_MS);
      return;
    }
    this.offered = places;
    this.name();
    this.place(selected);
  }

  private name(): void {
    const label = this.offered.length ? this.hooks.label(this.offered) : "";
    this.button.textContent = label;
    this.button.hidden = label === "";
  }

  private place(selected: Selected[]): void {
    const [list, turn] = [this.transcript?.list, this.transcript?.current()];
    const parent = this.button.offsetParent ?? document.documentElement;
    const rects = selected.length ? window.getSelection()?.getRangeAt(0).getClientRects() : null;
    const mark = rects?.[rects.length - 1] ?? turn?.getBoundingClientRect();
    if (!list || !mark) return;
    const [frame, room] = [parent.getBoundingClientRect(), list.getBoundingClientRect()];
    const left = Math.min(mark.right + 8, room.right) - this.button.offsetWidth - 4;
    this.button.style.left = `${Math.max(room.left, left) - frame.left + parent.scrollLeft}px`;
    this.button.style.top = `${mark.bottom - frame.top + parent.scrollTop + (selected.length ? 4 : -6)}px`;
  }

  /** The selected text as a span of the sound, so that it can be heard before it is attached. */
  private mirror(selected: Selected[]): void {
    if (!this.player) return;
    const place = this.placesOf(selected)[0];
    if (place && "from_ms" in place) {
      this.player.setSpan({ from: place.from_ms, to: place.to_ms });
      this.mirrored = this.player.span;
    } else if (this.mirrored) {
      if (this.player.span === this.mirrored) this.player.setSpan(null);
      this.mirrored = null;
    }
  }

  private placesOf(marked: Selected[]): Place[] {
    const times = this.player ? marked.map(({ turn, begin, end }) => timesOf(turn, begin, end)) : [];
    if (times.length && times.every((span) => span !== null)) {
      const from = Math.min(...times.map((span) => span.from));
      const to = Math.max(...times.map((span) => span.to));
      if (to > from) return [placeOf({ from, to })];
    }
    return marked.map(({ turn }) => ({ turn: Number(turn.dataset.turn) }));
  }

  /** The turns that the selection touches, and which of their characters. */
  private selected(): Selected[] {
    const selection = window.getSelection();
    const { transcript } = this;
    if (!transcript || !selection || selection.isCollapsed || selection.rangeCount === 0) return [];
    const range = selection.getRangeAt(0);
    if (!range.intersectsNode(transcript.list)) return [];
    const touched: Selected[] = [];
    for (let at = firstTouched(transcript.turns, range); at < transcript.turns.length; at += 1) {
      const turn = transcript.turns[at] as HTMLElement;
      if (!range.intersectsNode(turn)) break;
      const text = textOf(turn);
      if (!text) continue;
      const begin = offsetIn(text, range.startContainer, range.startOffset);
      const end = offsetIn(text, range.endContainer, range.endOffset);
      if (end > begin) touched.push({ turn, begin, end });
    }
    return touched;
  }
}

function placeOf({ from, to }: Span): Place {
  return { from_ms: Math.round(from), to_ms: Math.round(to) };
}

function whole(turn: HTMLElement): Selected {
  return { turn, begin: 0, end: textOf(turn)?.textContent?.length ?? 0 };
}

/** The first turn that does not end before the range. */
function firstTouched(turns: HTMLElement[], range: Range): number {
  let [low, high] = [0, turns.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const turn = turns[middle] as HTMLElement;
    if (range.comparePoint(turn, turn.childNodes.length) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
