// The grading desk: puts sound, transcript, scorecard and draft together.
import { ConflictDialog } from "./_conflict";
import { openDialog } from "./_dialogs";
import { Drafts, type Problem, type Running, type SaveState } from "./_drafts";
import { Evidence } from "./_evidence";
import { startFlag } from "./_flag";
import { dialogIsOpen, isComposing, type KeyMap, listeningKeys, startKeys } from "./_keys";
import { openPlace, startListening } from "./_listening";
import { addPlace, hasPlace, labelOf, type Place } from "./_places";
import { startMasks } from "./_masks";
import { NextDesk } from "./_next";
import { chooseAnswer, startPhrases } from "./_phrases";
import { clock } from "./_player";
import { Questions } from "./_questions";
import { Restore } from "./_restore";
import { showMissing, showRunning } from "./_running";
import { SessionDialog } from "./_session";
import { Snippets } from "./_snippets";
import { TimeSpent } from "./_spent";
import { text } from "./_texts";
import { toast } from "./_toasts";
import { Undo } from "./_undo";
import { sayWord } from "./_word";

const TYPING_PAUSE_MS = 600;
const [BEFORE_MS, AFTER_MS] = [6000, 2000];

const form = document.querySelector('[data-component~="grading"]') as HTMLFormElement;
const summary = form.elements.namedItem("summary") as HTMLTextAreaElement;
const submitButton = document.querySelector("[data-submit]") as HTMLButtonElement;
const listening = startListening();
const { player, transcript } = listening;
const questions = new Questions(form);
const spent = new TimeSpent(() => player?.playing ?? false);
const session = new SessionDialog(() => drafts.retry());
const undo = new Undo(questions, (question) => changed(question.id, 0));
const phrases = startPhrases(listening, { answer: takeSuggestion, flag: flagFor });
const masks = startMasks(player);
let missing: string[] = [];
let lastPlaces: Place[] = [];

const drafts = new Drafts(
  {
    account: form.dataset.account ?? "",
    assignment: form.dataset.assignment ?? "",
    ids: questions.all.map(({ id }) => id),
    draftUrl: form.dataset.draftUrl ?? "",
    submitUrl: form.dataset.submitUrl ?? "",
    entryOf: (id) => questions.byId(id)?.entry() ?? {},
    summary: () => summary.value,
    owed: () => spent.owed(),
    settle: (owed) => spent.settle(owed),
    onState: showState,
    onSaved: showSaved,
    onRefused: showProblems,
    onConflict: (theirs) => conflict.open(theirs),
  },
  Number(form.dataset.version),
);
const next = new NextDesk(form.dataset.nextUrl ?? "");
const conflict = new ConflictDialog(questions, () => summary.value, () => drafts);

function showState(state: SaveState): void {
  const line = document.querySelector("[data-save-state]") as HTMLElement;
  line.dataset.state = state;
  (line.querySelector("[data-text]") as HTMLElement).textContent = state === "idle" ? "" : text(state);
  if (state === "sessionEnded") session.open();
  else if (state === "saved" || state === "unsaved") session.close();
}

function part(name: string): HTMLElement {
  return document.querySelector(`[data-${name}]`) as HTMLElement;
}

function showSaved(running: Running, problems: Problem[]): void {
  showRunning(running);
  questions.show(running.questions);
  questions.showErrors(problems);
  setMissing(running.missing);
  showMarks();
  next.prepare(running.answered, running.asked);
}

function setMissing(ids: string[]): void {
  missing = ids;
  showMissing(ids.length);
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
  const done = await drafts.submit();
  if (done) {
    next.open(done);
    return;
  }
  const state = part("save-state").dataset.state ?? "";
  if (["cut", "retrying", "sessionEnded"].includes(state)) toast(text("notSubmitted"), "warn");
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
  attachTo(places);
}

/** The same place once more, for a question that the same words answer. */
function attachAgain(): void {
  if (lastPlaces.length) attachTo(lastPlaces);
  else toast(text("nothingToRepeat"), "info");
}

function attachTo(places: Place[]): void {
  const question = questions.current;
  const added = places.filter((place) => addPlace(question.element, place));
  evidence.clear();
  const place = places.map(labelOf).join(", ");
  lastPlaces = places;
  questions.sayLastPlace(place);
  if (added.length === 0) {
    toast(text("attachedBefore", { place, number: question.number }), "info");
    return;
  }
  changed(question.id, 0);
  showMarks();
  toast(text("attached", { place: added.map(labelOf).join(", "), number: question.number }), "good");
}

/** What a phrase suggests, pressed by the grader: the answer, and its place as evidence. */
function takeSuggestion(id: string, answer: string, place: Place | null): void {
  const question = questions.byId(id);
  if (!question) return;
  questions.focus(question);
  if (chooseAnswer(question.element, id, answer) && place) attachTo([place]);
}

function flagFor(reason: string): void {
  const choice = document.getElementById(`flag-${reason}`);
  if (choice instanceof HTMLInputElement) choice.checked = true;
  open("flag");
}

function changed(id: string | null, wait: number): void {
  // Just answered is not missing; the server says so again where something is still to do.
  missing = missing.filter((one) => one !== id);
  const question = id === null ? undefined : questions.byId(id);
  question?.guessLoss();
  if (question) undo.note(question);
  drafts.touch(id, wait);
  questions.describe();
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
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || isComposing(event)) return;
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
    E: attachAgain,
    z: () => undo.back(),
    P: () => spent.pause(),
    p: openEvidence,
    u: () => summary.focus(),
    f: () => open("flag"),
    h: () => masks?.open(),
    b: () => phrases.step(1),
    B: () => phrases.step(-1),
    "?": () => open("keys"),
    l: () => player && toast(text(player.toggleLoop() ? "loopOn" : "loopOff")),
    Enter: () => transcript?.hear(),
    Escape: () => evidence.clear(),
  };
}

function open(id: string): void {
  const dialog = document.getElementById(id);
  if (dialog instanceof HTMLDialogElement) openDialog(dialog);
}

/** Keys need a place to be: where the focused thing went away, that is the question in hand. */
function keepFocus(): void {
  const back = (): void => {
    const isLost = document.activeElement === document.body || document.activeElement === null;
    if (isLost && !dialogIsOpen()) questions.focus(questions.current, true);
  };
  document.addEventListener("close", () => requestAnimationFrame(back), true);
  form.addEventListener("focusout", (event) => {
    if (event.relatedTarget === null) requestAnimationFrame(() => isGone(event.target) && back());
  });
  // The speed was chosen with the mouse: the keys go back to the questions.
  document.querySelector(".player")?.addEventListener("change", () => {
    if (pointed) questions.focus(questions.current, true);
  });
}

let pointed = false;

function isGone(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (!target.isConnected || target.offsetParent === null);
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
  sayWord();
  startFlag();
  startKeys(keyMap(), {
    leave: () => questions.focus(questions.current, true),
    submit: () => void submit(),
    undo: () => undo.back(),
  });
  keepFocus();
  for (const name of ["pointerdown", "keydown"]) {
    document.addEventListener(name, () => (pointed = name === "pointerdown"), true);
  }
  new Snippets(form, {
    url: form.dataset.snippetsUrl ?? "",
    questionOf: (field) => questions.around(field)?.id ?? "",
    values: () => ({ agent: form.dataset.agent ?? "", time: clock(player?.now() ?? 0, false) }),
  });
  const initial = form.dataset.openQuestions?.split(" ").filter(Boolean) ?? [];
  setMissing(initial);
  for (const question of questions.all) {
    question.showLoss(question.element.dataset.loses !== undefined);
  }
  showMarks();
  const named = questions.byId(window.location.hash.replace("#q-", ""));
  const first = named ?? questions.all.find(({ id }) => initial.includes(id)) ?? questions.all[0];
  if (first) questions.focus(first);
  if (window.location.search) window.history.replaceState(null, "", window.location.pathname);
  const count = document.querySelectorAll("[data-question]:not([data-state=hidden])").length;
  next.prepare(count - initial.length, count);
  const restore = new Restore(questions, summary, drafts, (id) => changed(id, 0));
  void restore.ask();
}

start();
