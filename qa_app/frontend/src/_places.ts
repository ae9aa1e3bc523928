// Evidence as chips: read from the page, added, taken away.
import { clock } from "./_player";
import { text } from "./_texts";

export type Place = { turn: number } | { from_ms: number; to_ms: number };

function placeOf({ dataset }: HTMLElement): Place {
  if (dataset.turn !== undefined) return { turn: Number(dataset.turn) };
  return { from_ms: Number(dataset.from), to_ms: Number(dataset.to) };
}

export function placesOf(question: Element): Place[] {
  return [...question.querySelectorAll<HTMLElement>("[data-place]")].map(placeOf);
}

export function labelOf(place: Place): string {
  if ("turn" in place) return text("message", { number: place.turn + 1 });
  return `${clock(place.from_ms, false)}–${clock(place.to_ms, false)}`;
}

export function samePlace(one: Place, other: Place): boolean {
  if ("turn" in one || "turn" in other) {
    return "turn" in one && "turn" in other && one.turn === other.turn;
  }
  return one.from_ms === other.from_ms && one.to_ms === other.to_ms;
}

export function hasPlace(question: Element, place: Place): boolean {
  return placesOf(question).some((other) => samePlace(place, other));
}

/** Adds a chip to a question; false: it is there already. The chip's mould is in the page. */
export function addPlace(question: Element, place: Place): boolean {
  if (hasPlace(question, place)) return false;
  const kind = "turn" in place ? "turn" : "span";
  const mould = document.querySelector<HTMLTemplateElement>(`template[data-mould="${kind}"]`);
  const chip = mould?.content.firstElementChild?.cloneNode(true) as HTMLElement | undefined;
  if (!chip) return false;
  const label = labelOf(place);
  if ("turn" in place) chip.dataset.turn = String(place.turn);
  else [chip.dataset.from, chip.dataset.to] = [String(place.from_ms), String(place.to_ms)];
  const words = chip.querySelector("[data-label]");
  if (words) words.textContent = label;
  const remove = chip.querySelector('[data-act="remove-place"]');
  remove?.setAttribute("aria-label", text("removePlace", { place: label }));
  question.querySelector("[data-places]")?.append(chip);
  return true;
}
