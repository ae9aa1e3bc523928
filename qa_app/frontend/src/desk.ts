// The grading desk: starts on the page that was loaded, and again on each that takes its place.
import { Desk } from "./_desk";
import type { NextDesk, Submitted } from "./_next";
import { fits, putInPlace, startShared } from "./_swap";
import { toast } from "./_toasts";
import { leaveWord } from "./_word";

let desk = new Desk(goOn);
let shown = window.location.pathname;

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
