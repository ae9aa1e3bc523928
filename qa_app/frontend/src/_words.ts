// The text of a turn and its times: where a character stands, which word it is, when it is heard.
import type { Span } from "./_player";

export interface Word {
  /** First character, counted as the browser counts. */
  at: number;
  from: number;
  to: number;
}

const known = new WeakMap<HTMLElement, Word[]>();

export function textOf(turn: Element): HTMLElement | null {
  return turn.querySelector<HTMLElement>(".turn-text:not(.turn-lost)");
}

/** The words of a turn with their times, where its transcript has them. */
export function wordsOf(turn: HTMLElement): Word[] {
  let words = known.get(turn);
  if (!words) {
    const numbers = turn.dataset.words?.split(" ").map(Number) ?? [];
    words = [];
    for (let i = 0; i + 2 < numbers.length; i += 3) {
      words.push({ at: numbers[i] as number, from: numbers[i + 1] as number, to: numbers[i + 2] as number });
    }
    known.set(turn, words);
  }
  return words;
}

function wordIndex(words: Word[], offset: number): number {
  let index = words.length - 1;
  while (index > 0 && (words[index] as Word).at > offset) index -= 1;
  return index;
}

export function wordAt(words: Word[], offset: number): Word | undefined {
  return words[wordIndex(words, offset)];
}

/** When the characters from `begin` to `end` are heard: by the words' times, else in proportion. */
export function timesOf(turn: HTMLElement, begin: number, end: number): Span | null {
  const [from, to] = [Number(turn.dataset.from), Number(turn.dataset.to)];
  const length = textOf(turn)?.textContent?.length ?? 0;
  if (to > from && begin <= 0 && end >= length) return { from, to };
  const words = wordsOf(turn);
  if (words.length) {
    const first = words[wordIndex(words, begin)] as Word;
    const last = words[wordIndex(words, Math.max(begin, end - 1))] as Word;
    return { from: first.from, to: Math.max(last.to, first.from) };
  }
  if (!(to > from) || length === 0) return null;
  const at = (place: number): number => Math.round(from + ((to - from) * place) / length);
  return { from: at(begin), to: at(end) };
}

/** How many characters of a text stand before a place in the document. */
export function offsetIn(text: HTMLElement, node: Node, offset: number): number {
  const range = new Range();
  range.selectNodeContents(text);
  const side = range.comparePoint(node, offset);
  if (side < 0) return 0;
  if (side > 0) return text.textContent?.length ?? 0;
  range.setEnd(node, offset);
  return range.toString().length;
}

/** The characters from `begin` to `end` of a text; cheap, and not kept up when the text changes. */
export function rangeIn(text: HTMLElement, begin: number, end: number): StaticRange {
  const [startContainer, startOffset] = placeIn(text, begin, false);
  const [endContainer, endOffset] = placeIn(text, end, true);
  return new StaticRange({ startContainer, startOffset, endContainer, endOffset });
}

function placeIn(text: HTMLElement, offset: number, isEnd: boolean): [Node, number] {
  const only = text.firstChild;
  if (only instanceof Text && only === text.lastChild) return [only, Math.min(offset, only.length)];
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  let left = offset;
  let last: [Node, number] = [text, 0];
  for (let node = walker.nextNode() as Text | null; node; node = walker.nextNode() as Text | null) {
    if (left < node.length || (isEnd && left === node.length)) return [node, left];
    left -= node.length;
    last = [node, node.length];
  }
  return last;
}

/** The place in a text that was pressed. */
export function offsetAtPoint(text: HTMLElement, x: number, y: number): number | null {
  const position = document.caretPositionFromPoint?.(x, y);
  if (position) return within(text, position.offsetNode, position.offset);
  const range = document.caretRangeFromPoint?.(x, y);
  return range ? within(text, range.startContainer, range.startOffset) : null;
}

function within(text: HTMLElement, node: Node, offset: number): number | null {
  return text.contains(node) ? offsetIn(text, node, offset) : null;
}

/** Colours ranges by a name of the style sheet, without touching the document. */
export function highlight(name: string, ranges: Iterable<AbstractRange>): void {
  if ("highlights" in CSS) CSS.highlights.set(name, new Highlight(...ranges));
}

/** Takes every colour away, and with it the hold on the texts that had them. */
export function clearHighlights(): void {
  if ("highlights" in CSS) CSS.highlights.clear();
}
