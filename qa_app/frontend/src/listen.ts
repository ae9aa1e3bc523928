// Pages where a conversation is read and heard: keys of the sound, chips that play their span.
import { listeningKeys, startKeys } from "./_keys";
import { startListening } from "./_listening";

const listening = startListening();
startKeys(
  { ...listeningKeys(listening), Enter: () => listening.transcript?.hear() },
  { leave: () => document.getElementById("main")?.focus() },
);
const places = [...document.querySelectorAll<HTMLElement>("[data-place][data-from]")];
listening.player?.setMarks(
  places.map(({ dataset }) => ({ from: Number(dataset.from), to: Number(dataset.to) })),
);
