// The grading desk: starts on the page that was loaded, and again on each that takes its place.
import { Desk } from "./_desk";
import type { NextDesk, Submitted } from "./_next";
import { fits, putInPlace, startShared } from "./_swap";
import { toast } from "./_toasts";
import { leaveWord } from "./_word";

const SECOND_PRESS_MS = 300;
const HELD_DOWN = new Set(["Control", "Meta", "Shift", "Alt"]);

let desk = new Desk(goOn);
let shown = window.location.pathname;
let shownAt = Number.NEGATIVE_INFINITY;

/** The next desk at once where it was fetched ahead, else by loading its page. */
function goOn(done: Submitted, next: NextDesk): void {
  const page = next.take(done);
  if (!page || !fits(page)) {
    leaveWord(done.said);
    window.location.assign(done.next);
    return;
  }
  try {
    desk.end();
    putInPlace(page, done.next);
    shown = window.location.pathname;
    desk = new Desk(goOn);
    startShared();
    shownAt = performance.now();
    toast(done.said, "good");
  } catch (problem) {
    console.error(problem);
    window.location.assign(done.next);
  }
}

// Back and forward lead to what those addresses are by now: pages that are loaded.
window.addEventListener("popstate", () => {
  if (window.location.pathname !== shown) window.location.reload();
});

/** Pressed twice, the second one was meant for the desk before. */
function hold(event: Event): void {
  if (performance.now() - shownAt > SECOND_PRESS_MS) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

window.addEventListener("submit", hold, true);
window.addEventListener(
  "keydown",
  (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) hold(event);
    // Whoever has pressed another key since is at work on this one.
    else if (!HELD_DOWN.has(event.key)) shownAt = Number.NEGATIVE_INFINITY;
  },
  true,
);
