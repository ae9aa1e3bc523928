// Phrases of the department's lists: the strip that lists them, jumps, signs on the waveform.
import type { Listening } from "./_listening";
import type { Place } from "./_places";

const TONES = [
  ["forbidden", "bad"],
  ["required", "good"],
  ["sensitive", "info"],
  ["competitor", "info"],
] as const;

interface Hooks {
  /** Somebody pressed what a hit suggests for a question; without a place nothing is attached. */
  answer?: (question: string, answer: string, place: Place | null) => void;
  flag?: (reason: string) => void;
}

export interface Phrases {
  /** The next hit, or the one before it. */
  step: (by: 1 | -1) => void;
}

function placeOf({ dataset }: HTMLElement, listening: Listening): Place | null {
  if (dataset.turn === undefined) return null;
  const [from, to] = [Number(dataset.from), Number(dataset.to)];
  if (listening.player && to > from) return { from_ms: from, to_ms: to };
  return { turn: Number(dataset.turn) };
}

/** Chooses an answer of a question as a press would. False: there is no such answer. */
export function chooseAnswer(question: HTMLElement, id: string, answer: string): boolean {
  const choices = question.querySelectorAll<HTMLInputElement>(`input[name="${CSS.escape(`a.${id}`)}"]`);
  const choice = [...choices].find((one) => one.value === answer && one.type !== "text");
  if (choice) {
    if (!choice.checked) choice.click();
    return true;
  }
  const field = [...choices].find((one) => one.type === "text");
  if (!field) return false;
  field.value = answer;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  return true;
}

export function startPhrases(listening: Listening, signal: AbortSignal, hooks: Hooks = {}): Phrases {
  const strip = document.querySelector<HTMLDetailsElement>("[data-phrases]");
  if (!strip) return { step: () => undefined };
  const jumps = [...strip.querySelectorAll<HTMLElement>("[data-jump]")];
  let here = -1;

  function jump(at: number): void {
    const target = jumps[at];
    if (!target) return;
    here = at;
    for (const [index, one] of jumps.entries()) {
      if (index === at) one.setAttribute("aria-current", "true");
      else one.removeAttribute("aria-current");
    }
    listening.transcript?.show(Number(target.dataset.turn));
    const from = Number(target.dataset.from ?? Number.NaN);
    if (!Number.isNaN(from)) listening.player?.seek(from);
  }

  strip.addEventListener("click", (event) => {
    const pressed = event.target as Element;
    const target = pressed.closest<HTMLElement>("[data-jump]");
    if (target) {
      event.preventDefault();
      jump(jumps.indexOf(target));
      return;
    }
    const suggestion = pressed.closest<HTMLElement>("[data-suggests]");
    if (!suggestion) return;
    const { flag, question, answer } = suggestion.dataset;
    if (flag) hooks.flag?.(flag);
    else if (question) hooks.answer?.(question, answer ?? "", placeOf(suggestion, listening));
    strip.open = false;
  });
  strip.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !strip.open) return;
    event.stopPropagation();
    strip.open = false;
    strip.querySelector("summary")?.focus();
  });
  const away = (event: Event): void => {
    if (!strip.contains(event.target as Node)) strip.open = false;
  };
  document.addEventListener("click", away, { signal });
  for (const [kind, tone] of TONES) {
    const spans = jumps
      .filter(({ dataset }) => dataset.kind === kind)
      .map(({ dataset }) => ({ from: Number(dataset.from), to: Number(dataset.to) }))
      .filter(({ from, to }) => to > from);
    if (spans.length) listening.player?.setHits(`phrases-${kind}`, spans, tone);
  }
  return {
    step: (by) => {
      if (jumps.length) jump((here + by + jumps.length) % jumps.length);
    },
  };
}
