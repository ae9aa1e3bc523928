// Keys of a page: none fires while somebody types, composes with an input method, or answers a dialog.
import type { Listening } from "./_listening";

const BIG_NUDGE_MS = 10_000;

export type KeyMap = Record<string, (event: KeyboardEvent) => void>;

const NOT_TYPING = new Set(["radio", "checkbox", "button", "submit", "range", "file"]);
const PRESSED_BY_SPACE = "button, a[href], summary, select, input";
const MOVED_BY_ARROWS = 'input[type="radio"], select';
const OPEN = "dialog[open], dialog:popover-open, [role=menu]:popover-open";
// What a Chinese input method makes of these keys, where it is on without anything to compose.
const WIDE: Record<string, string> = { "【": "[", "】": "]", "「": "[", "」": "]", "、": "/", "。": "." };
const AFTER_COMPOSING_MS = 30;
const IN_COMPOSITION = 229;

let composedAt = Number.NEGATIVE_INFINITY;
document.addEventListener("compositionend", (event) => (composedAt = event.timeStamp), true);

/** Whether a key belongs to an input method: also the one that ends it, which some send afterwards. */
export function isComposing(event: KeyboardEvent): boolean {
  if (event.isComposing || event.keyCode === IN_COMPOSITION) return true;
  return event.timeStamp - composedAt < AFTER_COMPOSING_MS;
}

export function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !NOT_TYPING.has(target.type);
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLElement && target.isContentEditable;
}

/** The name that a key has in a map: a letter is a capital with Shift, whatever Caps Lock says. */
export function nameOf(event: KeyboardEvent): string {
  const key = WIDE[event.key] ?? (event.key.length === 1 ? event.key.normalize("NFKC") : event.key);
  if (key.length !== 1 || key.toLowerCase() === key.toUpperCase()) return key;
  return event.shiftKey ? key.toUpperCase() : key.toLowerCase();
}

/** A button keeps its own space and Enter, a group of radio buttons its arrows. */
function belongsToElement(event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : null;
  if (event.key === " " || event.key === "Enter") return target?.matches(PRESSED_BY_SPACE) ?? false;
  return event.key.startsWith("Arrow") && (target?.matches(MOVED_BY_ARROWS) ?? false);
}

export function dialogIsOpen(): boolean {
  return document.querySelector(OPEN) !== null;
}

interface Hooks {
  /** When it ends, the keys do nothing more. */
  signal: AbortSignal;
  leave: () => void;
  submit?: () => void;
  undo?: () => void;
}

function withControl(event: KeyboardEvent, hooks: Hooks): void {
  if (event.altKey) return;
  if (event.key === "Enter" && hooks.submit) {
    event.preventDefault();
    if (!event.repeat) hooks.submit();
  } else if (event.key.toLowerCase() === "z" && !event.shiftKey && hooks.undo) {
    if (isTyping(event.target)) return; // a field takes its own typing back
    event.preventDefault();
    hooks.undo();
  }
}

export function startKeys(map: KeyMap, hooks: Hooks): void {
  const press = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || isComposing(event) || dialogIsOpen()) return;
    if (event.ctrlKey || event.metaKey) {
      withControl(event, hooks);
      return;
    }
    if (event.altKey) return;
    if (isTyping(event.target)) {
      if (event.key === "Escape") hooks.leave();
      return;
    }
    const deed = map[nameOf(event)];
    if (!deed || belongsToElement(event)) return;
    event.preventDefault();
    deed(event);
  };
  document.addEventListener("keydown", press, { signal: hooks.signal });
}

/** The keys of sound and transcript. */
export function listeningKeys({ player, transcript }: Listening): KeyMap {
  const keys: KeyMap = {
    ArrowUp: (event) => transcript?.move(-1, event.shiftKey),
    ArrowDown: (event) => transcript?.move(1, event.shiftKey),
    "/": () => document.querySelector<HTMLInputElement>("[data-find-text]")?.focus(),
  };
  if (!player) return keys;
  return {
    ...keys,
    " ": (event) => {
      if (!event.repeat) player.toggle();
    },
    ArrowLeft: (event) => player.nudge(-1, event.shiftKey ? BIG_NUDGE_MS : undefined),
    ArrowRight: (event) => player.nudge(1, event.shiftKey ? BIG_NUDGE_MS : undefined),
    a: () => void player.toggleMute(0),
    q: () => void player.toggleMute(1),
    w: () => player.playMarked(),
    Z: () => player.zoomToSpan(),
    "[": () => player.markStart(),
    "]": () => player.markEnd(),
    l: () => void player.toggleLoop(),
    s: () => player.toggleSkip(),
    ",": () => player.changeSpeed(-1),
    ".": () => player.changeSpeed(1),
    "+": () => player.zoom(0.5),
    "=": () => player.zoom(0.5),
    "-": () => player.zoom(2),
    Escape: () => player.setSpan(null),
  };
}
