// The grading desk: puts sound, transcript, scorecard and draft together.
import { ConflictDialog } from "./_conflict";
import { openDialog } from "./_dialogs";
import { Drafts, type Problem, type Running, type SaveState } from "./_drafts";
import { Evidence } from "./_evidence";
import { startFlag } from "./_flag";
import { type KeyMap, listeningKeys, startKeys } from "./_keys";
import { openPlace, startListening } from "./_listening";
import { addPlace, hasPlace, labelOf, type Place } from "./_places";
import { Questions } from "./_questions";
import { TimeSpent } from "./_spent";
import { text } from "./_texts";
import { toast } from "./_toasts";

const TYPING_PAUSE_MS = 600;
const [BEFORE_MS, AFTER_MS] = [6000, 2000];

const form = document.querySelector('[data-component~="grading"]') as HTMLFormElement;
const summary = form.elements.namedItem("summary") as HTMLTextAreaElement;
const submitButton = document.querySelector("[data-submit]") as HTMLButtonElement;
const listening = startListening();
const { player, transcript } = listening;
const questions = new Questions(form);
const spent = new TimeSpent(() => player?.playing ?? false);
let missing: string[] = [];

const drafts = new Drafts(
  {
    draftUrl: form.dataset.draftUrl ?? "",
    submitUrl: form.dataset.submitUrl ?? "",
    entryOf: (id) => questions.byId(id)?.entry() ?? {},
    summary: () => summary.value,
    owed: () => spent.owed(),
    settle: (seconds) => spent.settle(seconds),
    onState: showState,
    onSaved: showRunning,
    onRefused: showProblems,
    onConflict: (theirs) => conflict.open(theirs),
  },
  Number(form.dataset.version),
);
const conflict = new ConflictDialog(questions, () => summary.value, () => drafts);

function showState(state: SaveState): void {
  const line = document.querySelector("[data-save-state]") as HTMLElement;
  line.dataset.state = state;
  (line.querySelector("[data-text]") as HTMLElement).textContent = state === "idle" ? "" : text(state);
}

function part(name: string): HTMLElement {
  return document.querySelector(`[data-${name}]`) as HTMLElement;
}

function showRunning(running: Running, problems: Problem[]): void {
  part("running-score").textContent = running.score ?? "–";
  const band = part("running-band");
  band.textContent = running.band;
  band.hidden = running.band === "";
  band.className = `badge tone-${running.tone}`;
  part("running-fatal").hidden = running.fatals.length === 0;
  const progress = document.querySelector(".running-progress") as HTMLProgressElement;
  [progress.max, progress.value] = [running.asked || 1, running.answered];
  part("running-count").textContent = `${running.answered} / ${running.asked}`;
  questions.show(running.questions);
  questions.showErrors(problems);
  showMissing(running.missing);
  showMarks();
}

function showMissing(ids: string[]): void {
  missing = ids;
  part("missing").hidden = ids.length === 0;
  const words = ids.length === 1 ? text("missingOne") : text("missingMany", { count: ids.length });
  part("missing-text").textContent = words;
}

function showProblems(problems: Problem[]): void {
  questions.showErrors(problems);
  const ids = problems.map(({ where }) => where);
  const first = questions.all.find(({ id }) => ids.includes(id));
  toast(text("notComplete", { count: new Set(ids).size }), "warn");
  if (first) questions.focus(first);
}

function showMarks(): void {
  const places = [...form.querySelectorAll<HTMLElement>("[data-place][data-from]")];
  player?.setMarks(
    places.map(({ dataset }) => ({ from: Number(dataset.from), to: Number(dataset.to) })),
  );
}

async function submit(): Promise<void> {
  submitButton.setAttribute("aria-busy", "true");
  submitButton.classList.add("is-busy");
  const next = await drafts.submit();
  if (next) {
    window.location.assign(next);
    return;
  }
  submitButton.removeAttribute("aria-busy");
  submitButton.classList.remove("is-busy");
}

const evidence = new Evidence(listening, {
  label: (places) => {
    const { element, number } = questions.current;
    const isNew = places.some((place) => !hasPlace(element, place));
    return isNew ? text("attachTo", { number }) : "";
  },
  attach,
});

/** What `e` attaches where nothing is marked: the eight seconds just heard. */
function justHeard(): Place[] {
  if (!player || player.now() === 0) return [];
  const from = Math.max(0, player.now() - BEFORE_MS);
  return [{ from_ms: from, to_ms: Math.min(player.durationMs, player.now() + AFTER_MS) }];
}

function attach(marked: Place[] = evidence.places()): void {
  const places = marked.length ? marked : justHeard();
  if (places.length === 0) {
    toast(text("markFirst"), "info");
    return;
  }
  const question = questions.current;
  const added = places.filter((place) => addPlace(question.element, place));
  evidence.clear();
  const place = places.map(labelOf).join(", ");
  if (added.length === 0) {
    toast(text("attachedBefore", { place, number: question.number }), "info");
    return;
  }
  changed(question.id, 0);
  showMarks();
  toast(text("attached", { place: added.map(labelOf).join(", "), number: question.number }), "good");
}

function changed(id: string | null, wait: number): void {
  // Just answered is not missing; the server says so again where something is still to do.
  missing = missing.filter((one) => one !== id);
  if (id !== null) questions.byId(id)?.guessLoss();
  drafts.touch(id, wait);
}

let played = 0;

function openEvidence(): void {
  const places = [...questions.current.element.querySelectorAll<HTMLElement>("[data-place]")];
  const place = places[played++ % Math.max(1, places.length)];
  if (place) openPlace(place, listening);
}

function press(target: Element): void {
  const act = target.closest<HTMLElement>("[data-act]")?.dataset.act;
  const question = questions.around(target);
  if (!act || !question) return;
  if (act === "guide") question.toggleGuide();
  if (act === "comment") question.openComment();
  if (act === "evidence") {
    questions.focus(question, true);
    attach();
  }
  if (act === "remove-place") {
    const place = target.closest("[data-place]");
    toast(text("removed", { place: place?.textContent?.trim() ?? "" }), "info");
    place?.remove();
    questions.focus(question, true);
    changed(question.id, 0);
    question.guessLoss();
    showMarks();
  }
}

function listen(): void {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void submit();
  });
  form.addEventListener("input", (event) => {
    const target = event.target as HTMLInputElement | HTMLTextAreaElement;
    if (target.type === "radio" || target.type === "checkbox") return;
    changed(target === summary ? null : (questions.around(target)?.id ?? null), TYPING_PAUSE_MS);
  });
  form.addEventListener("change", (event) => {
    const question = questions.around(event.target);
    if (!question) return;
    if (event.target instanceof HTMLInputElement) question.keepSense(event.target);
    changed(question.id, 0);
  });
  form.addEventListener("click", (event) => {
    const target = event.target as HTMLInputElement;
    press(target);
    // A press with the mouse must not leave the arrow keys on a radio button: they move the sound.
    const isChoice = target.type === "radio" || target.type === "checkbox";
    const question = questions.around(target);
    if (isChoice && event.detail > 0 && question) questions.focus(question, true);
  });
  form.addEventListener("keydown", (event) => {
    const field = event.target as HTMLInputElement;
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.isComposing) return;
    if (field.tagName !== "INPUT") return;
    event.preventDefault(); // Enter in a field never submits; it goes back to the question
    questions.focus(questions.current);
  });
  document.querySelector<HTMLElement>(".player")?.addEventListener("click", (event) => {
    if (event.detail > 0) questions.focus(questions.current, true);
  });
  part("missing").addEventListener("click", goToMissing);
}

function goToMissing(): void {
  const question = questions.firstOf(missing);
  if (question) questions.focus(question);
}

function keyMap(): KeyMap {
  const digits = [..."0123456789n"].map((key): [string, () => void] => [
    key,
    () => void questions.current.press(key),
  ]);
  return {
    ...listeningKeys(listening),
    ...Object.fromEntries(digits),
    j: () => questions.move(1),
    k: () => questions.move(-1),
    m: goToMissing,
    x: () => questions.current.clear(),
    c: () => questions.current.openComment(),
    g: () => questions.current.toggleGuide(),
    r: () => questions.current.focusReasons(),
    e: () => attach(),
    p: openEvidence,
    u: () => summary.focus(),
    f: () => openDialog(document.getElementById("flag") as HTMLDialogElement),
    "?": () => openDialog(document.getElementById("keys") as HTMLDialogElement),
    l: () => player && toast(text(player.toggleLoop() ? "loopOn" : "loopOff")),
    Enter: () => transcript?.hear(),
    Escape: () => evidence.clear(),
  };
}

/** What the last deed came to is said in the corner, so that nothing moves on the page. */
function sayFlashes(): void {
  const flashes = document.querySelectorAll<HTMLElement>('.desk-pane-conversation > [role="status"]');
  for (const flash of flashes) {
    toast(flash.querySelector(".alert-body")?.textContent?.trim() ?? "", "good");
    flash.remove();
  }
}

function start(): void {
  listen();
  sayFlashes();
  startFlag();
  startKeys(keyMap(), {
    leave: () => questions.focus(questions.current, true),
    submit: () => void submit(),
  });
  const initial = form.dataset.openQuestions?.split(" ").filter(Boolean) ?? [];
  showMissing(initial);
  for (const question of questions.all) {
    question.showLoss(question.element.dataset.loses !== undefined);
  }
  showMarks();
  const named = questions.byId(window.location.hash.replace("#q-", ""));
  const first = named ?? questions.all.find(({ id }) => initial.includes(id)) ?? questions.all[0];
  if (first) questions.focus(first);
}

start();
