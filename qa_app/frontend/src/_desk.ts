// One desk: puts sound, transcript, scorecard and draft of a conversation together.
import { ConflictDialog } from "./_conflict";
import { openDialog } from "./_dialogs";
import { Drafts, type Problem, type Running, type SaveState, type Theirs } from "./_drafts";
import { Evidence } from "./_evidence";
import { startFlag } from "./_flag";
import { dialogIsOpen, isComposing, type KeyMap, listeningKeys, startKeys } from "./_keys";
import { openPlace, startListening } from "./_listening";
import { addPlace, hasPlace, labelOf, type Place } from "./_places";
import { startMasks } from "./_masks";
import { NextDesk, type Submitted } from "./_next";
import { chooseAnswer, startPhrases } from "./_phrases";
import { clock } from "./_player";
import { Questions } from "./_questions";
import { Restore } from "./_restore";
import { showMissing, showRunning } from "./_running";
import { SessionDialog } from "./_session";
import { Snippets } from "./_snippets";
import { type Owed, TimeSpent } from "./_spent";
import { text } from "./_texts";
import { toast } from "./_toasts";
import { Undo } from "./_undo";
import { sayFlashes, sayWord } from "./_word";

const TYPING_PAUSE_MS = 600;
const [BEFORE_MS, AFTER_MS] = [6000, 2000];

/** What a desk is done with: the submission, and what was fetched ahead. */
export type Onward = (done: Submitted, next: NextDesk) => void;

/** One conversation being graded; `end` lets go of all that it listens to. */
export class Desk {
  private readonly life = new AbortController();
  private readonly signal = this.life.signal;
  private readonly form = document.querySelector('[data-component~="grading"]') as HTMLFormElement;
  private readonly summary = this.form.elements.namedItem("summary") as HTMLTextAreaElement;
  private readonly submitButton = document.querySelector("[data-submit]") as HTMLButtonElement;
  private readonly listening = startListening(this.signal);
  private readonly player = this.listening.player;
  private readonly questions = new Questions(this.form);
  private readonly spent = new TimeSpent(() => this.player?.playing ?? false, this.signal);
  private readonly session = new SessionDialog(() => this.drafts.retry());
  private readonly undo = new Undo(this.questions, (question) => this.changed(question.id, 0));
  private readonly phrases = startPhrases(this.listening, this.signal, {
    answer: (id, answer, place) => this.takeSuggestion(id, answer, place),
    flag: (reason) => this.flagFor(reason),
  });
  private readonly masks = startMasks(this.player, this.signal);
  private readonly drafts = this.makeDrafts();
  private readonly next = new NextDesk(this.form.dataset.nextUrl ?? "", this.signal);
  private readonly conflict = new ConflictDialog(
    this.questions,
    () => this.summary.value,
    () => this.drafts,
  );
  private readonly evidence = new Evidence(this.listening, {
    signal: this.signal,
    label: (places) => this.labelFor(places),
    attach: (places) => this.attach(places),
  });
  private missing: string[] = [];
  private lastPlaces: Place[] = [];
  private played = 0;
  private pointed = false;

  constructor(private readonly goOn: Onward) {
    this.listen();
    this.listenForKeys();
    this.keepFocus();
    this.showStart();
    this.startParts();
  }

  /** The page shows another conversation from now on. */
  end(): void {
    this.life.abort();
  }

  private makeDrafts(): Drafts {
    const { account, assignment, draftUrl, submitUrl, version } = this.form.dataset;
    const page = {
      signal: this.signal,
      account: account ?? "",
      assignment: assignment ?? "",
      ids: this.questions.all.map(({ id }) => id),
      draftUrl: draftUrl ?? "",
      submitUrl: submitUrl ?? "",
      entryOf: (id: string) => this.questions.byId(id)?.entry() ?? {},
      summary: () => this.summary.value,
      owed: () => this.spent.owed(),
      settle: (owed: Owed) => this.spent.settle(owed),
      onState: (state: SaveState) => this.showState(state),
      onSaved: (running: Running, problems: Problem[]) => this.showSaved(running, problems),
      onRefused: (problems: Problem[]) => this.showProblems(problems),
      onConflict: (theirs: Theirs) => this.conflict.open(theirs),
    };
    return new Drafts(page, Number(version));
  }

  /** What the button beside marked places says; nothing where the question has them. */
  private labelFor(places: Place[]): string {
    const { element, number } = this.questions.current;
    const isNew = places.some((place) => !hasPlace(element, place));
    return isNew ? text("attachTo", { number }) : "";
  }

  private showState(state: SaveState): void {
    const line = document.querySelector("[data-save-state]") as HTMLElement;
    line.dataset.state = state;
    // Read out is what came of it, not each step of the way.
    line.ariaLive = state === "unsaved" || state === "saving" ? "off" : "polite";
    (line.querySelector("[data-text]") as HTMLElement).textContent = state === "idle" ? "" : text(state);
    if (state === "sessionEnded") this.session.open();
    else if (state === "saved" || state === "unsaved") this.session.close();
  }

  private showSaved(running: Running, problems: Problem[]): void {
    showRunning(running);
    this.questions.show(running.questions);
    this.questions.showErrors(problems);
    this.setMissing(running.missing);
    this.showMarks();
    this.next.prepare(running.answered, running.asked);
  }

  private setMissing(ids: string[]): void {
    this.missing = ids;
    showMissing(ids.length);
  }

  private showProblems(problems: Problem[]): void {
    this.questions.showErrors(problems);
    const ids = problems.map(({ where }) => where);
    const first = this.questions.all.find(({ id }) => ids.includes(id));
    toast(text("notComplete", { count: new Set(ids).size }), "warn");
    if (first) this.questions.focus(first);
  }

  private showMarks(): void {
    const places = [...this.form.querySelectorAll<HTMLElement>("[data-place][data-from]")];
    this.player?.setMarks(
      places.map(({ dataset }) => ({ from: Number(dataset.from), to: Number(dataset.to) })),
    );
  }

  private async submit(): Promise<void> {
    this.submitButton.setAttribute("aria-busy", "true");
    this.submitButton.classList.add("is-busy");
    const done = await this.drafts.submit();
    if (done) {
      this.goOn(done, this.next);
      return;
    }
    const state = part("save-state").dataset.state ?? "";
    if (["cut", "retrying", "sessionEnded"].includes(state)) toast(text("notSubmitted"), "warn");
    this.submitButton.removeAttribute("aria-busy");
    this.submitButton.classList.remove("is-busy");
  }

  /** What `e` attaches where nothing is marked: the eight seconds just heard. */
  private justHeard(): Place[] {
    if (!this.player || this.player.now() === 0) return [];
    const from = Math.max(0, this.player.now() - BEFORE_MS);
    return [{ from_ms: from, to_ms: Math.min(this.player.durationMs, this.player.now() + AFTER_MS) }];
  }

  private attach(marked: Place[] = this.evidence.places()): void {
    const places = marked.length ? marked : this.justHeard();
    if (places.length === 0) {
      toast(text("markFirst"), "info");
      return;
    }
    this.attachTo(places);
  }

  /** The same place once more, for a question that the same words answer. */
  private attachAgain(): void {
    if (this.lastPlaces.length) this.attachTo(this.lastPlaces);
    else toast(text("nothingToRepeat"), "info");
  }

  private attachTo(places: Place[]): void {
    const question = this.questions.current;
    const added = places.filter((place) => addPlace(question.element, place));
    this.evidence.clear();
    const place = places.map(labelOf).join(", ");
    this.lastPlaces = places;
    this.questions.sayLastPlace(place);
    if (added.length === 0) {
      toast(text("attachedBefore", { place, number: question.number }), "info");
      return;
    }
    this.changed(question.id, 0);
    this.showMarks();
    toast(text("attached", { place: added.map(labelOf).join(", "), number: question.number }), "good");
  }

  /** What a phrase suggests, pressed by the grader: the answer, and its place as evidence. */
  private takeSuggestion(id: string, answer: string, place: Place | null): void {
    const question = this.questions.byId(id);
    if (!question) return;
    this.questions.focus(question);
    if (chooseAnswer(question.element, id, answer) && place) this.attachTo([place]);
  }

  private flagFor(reason: string): void {
    const choice = document.getElementById(`flag-${reason}`);
    if (choice instanceof HTMLInputElement) choice.checked = true;
    this.open("flag");
  }

  private changed(id: string | null, wait: number): void {
    // Just answered is not missing; the server says so again where something is still to do.
    this.missing = this.missing.filter((one) => one !== id);
    const question = id === null ? undefined : this.questions.byId(id);
    question?.guessLoss();
    if (question) this.undo.note(question);
    this.drafts.touch(id, wait);
    this.questions.describe();
  }

  private openEvidence(): void {
    const places = [...this.questions.current.element.querySelectorAll<HTMLElement>("[data-place]")];
    const place = places[this.played++ % Math.max(1, places.length)];
    if (place) openPlace(place, this.listening);
  }

  private press(target: Element): void {
    const act = target.closest<HTMLElement>("[data-act]")?.dataset.act;
    const question = this.questions.around(target);
    if (!act || !question) return;
    if (act === "guide") question.toggleGuide();
    if (act === "comment") question.openComment();
    if (act === "evidence") {
      this.questions.focus(question, true);
      this.attach();
    }
    if (act === "remove-place") {
      const place = target.closest("[data-place]");
      toast(text("removed", { place: place?.textContent?.trim() ?? "" }), "info");
      place?.remove();
      this.questions.focus(question, true);
      this.changed(question.id, 0);
      question.guessLoss();
      this.showMarks();
    }
  }

  private listen(): void {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.submit();
    });
    this.form.addEventListener("input", (event) => {
      const target = event.target as HTMLInputElement | HTMLTextAreaElement;
      if (target.type === "radio" || target.type === "checkbox") return;
      const id = target === this.summary ? null : this.questions.around(target)?.id;
      this.changed(id ?? null, TYPING_PAUSE_MS);
    });
    this.form.addEventListener("change", (event) => {
      const question = this.questions.around(event.target);
      if (!question) return;
      if (event.target instanceof HTMLInputElement) question.keepSense(event.target);
      this.changed(question.id, 0);
    });
    this.form.addEventListener("click", (event) => {
      const target = event.target as HTMLInputElement;
      this.press(target);
      // A press with the mouse must not leave the arrow keys on a radio button: they move the sound.
      const isChoice = target.type === "radio" || target.type === "checkbox";
      const question = this.questions.around(target);
      if (isChoice && event.detail > 0 && question) this.questions.focus(question, true);
    });
    this.form.addEventListener("keydown", (event) => {
      const field = event.target as HTMLInputElement;
      if (event.key !== "Enter" || event.ctrlKey || event.metaKey || isComposing(event)) return;
      if (field.tagName !== "INPUT") return;
      event.preventDefault(); // Enter in a field never submits; it goes back to the question
      this.questions.focus(this.questions.current);
    });
    document.querySelector<HTMLElement>(".player")?.addEventListener("click", (event) => {
      if (event.detail > 0) this.questions.focus(this.questions.current, true);
    });
    part("missing").addEventListener("click", () => this.goToMissing());
  }

  private goToMissing(): void {
    const question = this.questions.firstOf(this.missing);
    if (question) this.questions.focus(question);
  }

  private keyMap(): KeyMap {
    const digits = [..."0123456789n"].map((key): [string, () => void] => [
      key,
      () => void this.questions.current.press(key),
    ]);
    return {
      ...listeningKeys(this.listening),
      ...Object.fromEntries(digits),
      j: () => this.questions.move(1),
      k: () => this.questions.move(-1),
      m: () => this.goToMissing(),
      x: () => this.questions.current.clear(),
      c: () => this.questions.current.openComment(),
      g: () => this.questions.current.toggleGuide(),
      r: () => this.questions.current.focusReasons(),
      e: () => this.attach(),
      E: () => this.attachAgain(),
      z: () => this.undo.back(),
      P: () => this.spent.pause(),
      p: () => this.openEvidence(),
      u: () => this.summary.focus(),
      f: () => this.open("flag"),
      h: () => this.masks?.open(),
      b: () => this.phrases.step(1),
      B: () => this.phrases.step(-1),
      "?": () => this.open("keys"),
      l: () => this.player && toast(text(this.player.toggleLoop() ? "loopOn" : "loopOff")),
      Enter: () => this.listening.transcript?.hear(),
      Escape: () => this.evidence.clear(),
    };
  }

  private open(id: string): void {
    const dialog = document.getElementById(id);
    if (dialog instanceof HTMLDialogElement) openDialog(dialog);
  }

  /** Keys need a place to be: where the focused thing went away, that is the question in hand. */
  private keepFocus(): void {
    const back = (): void => {
      if (this.signal.aborted) return;
      const isLost = document.activeElement === document.body || document.activeElement === null;
      if (isLost && !dialogIsOpen()) this.questions.focus(this.questions.current, true);
    };
    const options = { capture: true, signal: this.signal };
    document.addEventListener("close", () => requestAnimationFrame(back), options);
    this.form.addEventListener("focusout", (event) => {
      if (event.relatedTarget === null) requestAnimationFrame(() => isGone(event.target) && back());
    });
    // The speed was chosen with the mouse: the keys go back to the questions.
    document.querySelector(".player")?.addEventListener("change", () => {
      if (this.pointed) this.questions.focus(this.questions.current, true);
    });
  }

  private listenForKeys(): void {
    startKeys(this.keyMap(), {
      signal: this.signal,
      leave: () => this.questions.focus(this.questions.current, true),
      submit: () => void this.submit(),
      undo: () => this.undo.back(),
    });
    const options = { capture: true, signal: this.signal };
    for (const name of ["pointerdown", "keydown"]) {
      document.addEventListener(name, () => (this.pointed = name === "pointerdown"), options);
    }
  }

  /** What is to do, and the question to begin with. */
  private showStart(): void {
    const initial = this.form.dataset.openQuestions?.split(" ").filter(Boolean) ?? [];
    this.setMissing(initial);
    for (const question of this.questions.all) {
      question.showLoss(question.element.dataset.loses !== undefined);
    }
    this.showMarks();
    const { all } = this.questions;
    const named = this.questions.byId(window.location.hash.replace("#q-", ""));
    const first = named ?? all.find(({ id }) => initial.includes(id)) ?? all[0];
    if (first) this.questions.focus(first);
    const count = all.filter(({ hidden }) => !hidden).length;
    this.next.prepare(count - initial.length, count);
  }

  private startParts(): void {
    sayFlashes();
    sayWord();
    startFlag();
    new Snippets(this.form, {
      url: this.form.dataset.snippetsUrl ?? "",
      questionOf: (field) => this.questions.around(field)?.id ?? "",
      values: () => {
        const time = clock(this.player?.now() ?? 0, false);
        return { agent: this.form.dataset.agent ?? "", time };
      },
    });
    if (window.location.search) window.history.replaceState(null, "", window.location.pathname);
    const changed = (id: string | null): void => this.changed(id, 0);
    void new Restore(this.questions, this.summary, this.drafts, changed).ask();
  }
}

function part(name: string): HTMLElement {
  return document.querySelector(`[data-${name}]`) as HTMLElement;
}

function isGone(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (!target.isConnected || target.offsetParent === null);
}
