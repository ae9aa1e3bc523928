// Keys of a page: none fires while somebody types, composes with an input method, or answers a dialog.
import type { Listening } from "./_listening";

export type KeyMap = Record<string, (event: KeyboardEvent) => void>;

const NOT_TYPING = new Set(["radio", "checkbox", "button", "submit", "range", "file"]);
const PRESSED_BY_SPACE = "button, a[href], summary, select, input";
const MOVED_BY_ARROWS = 'input[type="radio"], select';

export function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !NOT_TYPING.has(target.type);
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLElement && target.isContentEditable;
}

/** The name that a key has in a map: a letter in lower case whatever Caps Lock says. */
function nameOf(event: KeyboardEvent): string {
  const letter = event.key.length === 1 && event.key.toLowerCase() !== event.key;
  if (letter && event.shiftKey) return "";
  return letter ? event.key.toLowerCase() : event.key;
}

/** A button keeps its own space and Enter, a group of radio buttons its arrows. */
function belongsToElement(event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : null;
  if (event.key === " " || event.key === "Enter") return target?.matches(PRESSED_BY_SPACE) ?? false;
  return event.key.startsWith("Arrow") && (target?.matches(MOVED_BY_ARROWS) ?? false);
}

interface Hooks {
  leave: () => void;
  submit?: () => void;
}

export function startKeys(map: KeyMap, hooks: Hooks): void {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
    if (document.querySelector("dialog[open], dialog:popover-open")) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && hooks.submit) {
      event.preventDefault();
      if (!event.repeat) hooks.submit();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target)) {
      if (event.key === "Escape") hooks.leave();
      return;
    }
    const deed = map[nameOf(event)];
    if (!deed || belongsToElement(event)) return;
    event.preventDefault();
    deed(event);
  });
}

/** The keys of sound and transcript. */
export function listeningKeys({ player, transcript }: Listening): KeyMap {
  const keys: KeyMap = {
    ArrowUp: () => transcript?.move(-1),
    ArrowDown: () => transcript?.move(1),
    "/": () => document.querySelector<HTMLInputElement>("[data-find-text]")?.focus(),
  };
  if (!player) return keys;
  return {
    ...keys,
    " ": (event) => {
      if (!event.repeat) player.toggle();
    },
    ArrowLeft: () => player.nudge(-1),
    ArrowRight: () => player.nudge(1),
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
