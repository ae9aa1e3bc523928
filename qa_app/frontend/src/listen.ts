// Pages where a conversation is read and heard: keys of the sound, chips that play their span.
import { listeningKeys, startKeys } from "./_keys";
import { startListening } from "./_listening";
import { startMasks } from "./_masks";
import { startPhrases } from "./_phrases";
import { startTour } from "./_tour";

// All of it lives as long as the page.
const { signal } = new AbortController();
const listening = startListening(signal);
const tour = startTour(listening);
const phrases = startPhrases(listening, signal);
const masks = startMasks(listening.player, signal);
const keys = listeningKeys(listening);
startKeys(
  {
    ...keys,
    Enter: () => listening.transcript?.hear(),
    h: () => masks?.open(),
    t: () => tour?.step(),
    b: () => phrases.step(1),
    B: () => phrases.step(-1),
    Escape: (event) => {
      tour?.stop();
      keys.Escape?.(event);
    },
  },
  { signal, leave: () => document.getElementById("main")?.focus() },
);
const places = [...document.querySelectorAll<HTMLElement>("[data-place][data-from]")];
listening.player?.setMarks(
  places.map(({ dataset }) => ({ from: Number(dataset.from), to: Number(dataset.to) })),
);
