// What every page with a conversation shares: player, transcript, chips that play their span.
import { type Player, startPlayer } from "./_player";
import { startTranscript, type Transcript } from "./_transcript";

export interface Listening {
  player: Player | null;
  transcript: Transcript | null;
}

/** Plays or shows the piece of evidence that a chip stands for; without sound, what was said. */
export function openPlace(place: HTMLElement, { player, transcript }: Listening): void {
  const { turn, from, to } = place.dataset;
  if (turn !== undefined) transcript?.show(Number(turn));
  else if (player) {
    player.playSpan({ from: Number(from), to: Number(to) });
    transcript?.follower?.resume();
  } else transcript?.showAt(Number(from));
}

/** Says on hover what was said at the place of a chip. */
function describe(target: EventTarget | null, transcript: Transcript | null): void {
  const chip = target instanceof Element ? target.closest<HTMLElement>("[data-place] .chip") : null;
  const place = chip?.closest<HTMLElement>("[data-place]");
  if (!chip || !place || chip.title) return;
  chip.title = transcript?.wordsAt(place) ?? "";
}

/** Starts what the page holds; all of it is let go of when `signal` ends. */
export function startListening(signal: AbortSignal): Listening {
  const player = startPlayer(signal);
  const listening = { player, transcript: startTranscript(player) };
  const press = (event: Event): void => {
    const target = event.target as Element;
    const chip = target.closest('[data-act="play-span"], [data-act="show-turn"]');
    const place = chip?.closest<HTMLElement>("[data-place]");
    if (!place) return;
    event.preventDefault();
    openPlace(place, listening);
  };
  document.addEventListener("click", press, { signal });
  for (const name of ["pointerover", "focusin"]) {
    document.addEventListener(name, (event) => describe(event.target, listening.transcript), { signal });
  }
  return listening;
}
