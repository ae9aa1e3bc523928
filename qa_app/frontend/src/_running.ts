// The bar below the scorecard: score so far, how many are answered, what is missing.
import type { Running } from "./_drafts";
import { text } from "./_texts";

function part(name: string): HTMLElement | null {
  return document.querySelector(`[data-${name}]`);
}

/** A site may hide score and band until the evaluation is submitted: then neither is in the page. */
export function showRunning(running: Running): void {
  const score = part("running-score");
  if (score) score.textContent = running.score ?? "–";
  const band = part("running-band");
  if (band) {
    band.textContent = running.band;
    band.hidden = running.band === "";
    band.className = `badge tone-${running.tone}`;
  }
  const fatal = part("running-fatal");
  if (fatal) fatal.hidden = running.fatals.length === 0;
  const progress = document.querySelector<HTMLProgressElement>(".running-progress");
  if (progress) [progress.max, progress.value] = [running.asked || 1, running.answered];
  const count = part("running-count");
  if (count) count.textContent = `${running.answered} / ${running.asked}`;
}

export function showMissing(count: number): void {
  const button = part("missing");
  const words = part("missing-text");
  if (button) button.hidden = count === 0;
  if (words) words.textContent = count === 1 ? text("missingOne") : text("missingMany", { count });
}
