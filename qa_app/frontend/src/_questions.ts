// The questions of a scorecard: read from their inputs, answered by keys, shown as the server sees them.
import { addPlace, placesOf, type Place } from "./_places";
import { text } from "./_texts";

export interface Entry {
  answer?: string | string[];
  na?: true;
  comment?: string;
  reasons?: string[];
  evidence?: Place[];
}

const NA = "~na";
const NOTHING = "~none";

export class Question {
  readonly id: string;

  constructor(readonly element: HTMLElement) {
    this.id = element.dataset.question ?? "";
  }

  get number(): string {
    return this.element.querySelector(".question-number")?.textContent ?? "";
  }

  get title(): string {
    return this.element.querySelector(".question-title")?.firstChild?.textContent?.trim() ?? "";
  }

  get hidden(): boolean {
    return this.element.dataset.state === "hidden";
  }

  get widget(): string {
    return this.element.dataset.widget ?? "";
  }

  /** What the inputs say now. */
  entry(): Entry {
    const entry: Entry = {};
    const chosen = this.inputs("a").filter((input) => input.checked).map((input) => input.value);
    const typed = this.field("a");
    if (chosen.includes(NA) || this.inputs("n").some((input) => input.checked)) entry.na = true;
    else if (this.widget === "checklist") {
      if (chosen.length) entry.answer = chosen.filter((value) => value !== NOTHING);
    } else if (this.widget === "options") {
      if (chosen[0]) entry.answer = chosen[0];
    } else if (typed?.value.trim()) entry.answer = typed.value.trim();
    const comment = this.field("c")?.value.trim();
    if (comment) entry.comment = comment;
    const reasons = this.inputs("r").filter((input) => input.checked);
    if (reasons.length) entry.reasons = reasons.map((input) => input.value);
    const evidence = placesOf(this.element);
    if (evidence.length) entry.evidence = evidence;
    return entry;
  }

  /** Sets the inputs to an entry, as a script: no event tells of it. */
  fill(entry: Entry): void {
    const values = Array.isArray(entry.answer) ? entry.answer : [entry.answer ?? ""].map(String);
    const nothing = Array.isArray(entry.answer) && entry.answer.length === 0;
    for (const input of this.inputs("a")) {
      if (input.value === NA) input.checked = entry.na === true;
      else if (input.value === NOTHING) input.checked = nothing;
      else input.checked = !entry.na && values.includes(input.value);
    }
    for (const input of this.inputs("n")) input.checked = entry.na === true;
    const typed = this.field("a");
    if (typed) typed.value = entry.na ? "" : (values[0] ?? "");
    const comment = this.field("c");
    if (comment) comment.value = entry.comment ?? "";
    this.element.querySelector("[data-comment]")?.classList.toggle("is-open", !!entry.comment);
    for (const input of this.inputs("r")) input.checked = !!entry.reasons?.includes(input.value);
    for (const place of this.element.querySelectorAll("[data-place]")) place.remove();
    for (const place of entry.evidence ?? []) addPlace(this.element, place);
    this.guessLoss();
  }

  /** How it stands, in words: answered or not, what it lost, what it owes. */
  standing(): string {
    const { answer, na } = this.entry();
    const isAnswered = answer !== undefined || na === true;
    const parts = [text(isAnswered ? "answered" : "unanswered")];
    if (this.element.classList.contains("is-lossy")) parts.push(text("loses"));
    if (this.owesPlace) parts.push(text("owesPlace"));
    return parts.join(", ");
  }

  /** Whether a point is lost and no place is marked yet. */
  get owesPlace(): boolean {
    const ask = this.element.querySelector<HTMLElement>("[data-ask]");
    return ask !== null && !ask.hidden;
  }

  /** The entry in the words of the page. */
  words(): string {
    const chosen = [...this.inputs("a"), ...this.inputs("n")].filter((input) => input.checked);
    const labels = chosen.map((input) => input.labels?.[0]?.lastElementChild?.lastChild?.textContent);
    const between = document.documentElement.lang.startsWith("zh") ? "、" : ", ";
    const answer = labels.join(between) || this.field("a")?.value;
    const places = [...this.element.querySelectorAll("[data-place] .chip")];
    const parts = [answer, this.field("c")?.value, ...places.map((chip) => chip.textContent)];
    return parts.filter(Boolean).join(" · ") || "–";
  }

  /** Answers by a key that stands on a choice; a digit begins a number. False: no such choice. */
  press(key: string): boolean {
    const choice = this.element.querySelector<HTMLInputElement>(`[data-key="${key}"]`);
    if (choice) {
      if (choice.type === "checkbox" || !choice.checked) choice.click();
      return true;
    }
    const field = this.widget === "number" ? this.field("a") : null;
    if (!field || key === "n") return false;
    field.focus();
    field.value = key;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    return true;
  }

  /** Takes the answer away; comment and evidence stay. */
  clear(): void {
    for (const input of [...this.inputs("a"), ...this.inputs("n")]) input.checked = false;
    const field = this.field("a");
    if (field) field.value = "";
    this.element.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** A tick beside "none of these" takes that away, and the other way round. */
  keepSense(changed: HTMLInputElement): void {
    if (this.widget !== "checklist" || !changed.checked || changed.name !== `a.${this.id}`) return;
    const isNothing = changed.value === NOTHING;
    for (const input of this.inputs("a")) {
      if (input !== changed && (isNothing || input.value === NOTHING)) input.checked = false;
    }
  }

  openComment(): void {
    this.element.querySelector("[data-comment]")?.classList.add("is-open");
    this.element.querySelector('[data-act="comment"]')?.setAttribute("aria-expanded", "true");
    this.field("c")?.focus();
  }

  toggleGuide(): void {
    const open = this.element.classList.toggle("is-guided");
    this.element.querySelector('[data-act="guide"]')?.setAttribute("aria-expanded", String(open));
  }

  focusReasons(): void {
    if (this.inputs("r").length) this.element.classList.add("is-lossy");
    this.inputs("r")[0]?.focus();
  }

  /** What the server made of it: state, points lost, whether a point is lost. */
  show([state, lost, loses]: [string, string, boolean]): void {
    this.element.dataset.state = state;
    const badge = this.element.querySelector<HTMLElement>("[data-lost]");
    if (badge) {
      badge.hidden = lost === "0.00";
      badge.textContent = `−${lost}`;
    }
    this.showLoss(loses);
  }

  /** Asks for reasons and evidence at once, before the server has said what it cost. */
  guessLoss(): void {
    const chosen = this.inputs("a").find((input) => input.checked);
    if (chosen) this.showLoss(chosen.dataset.loses !== undefined);
  }

  showLoss(loses: boolean): void {
    this.element.classList.toggle("is-lossy", loses || this.inputs("r").some((one) => one.checked));
    const ask = this.element.querySelector<HTMLElement>("[data-ask]");
    if (ask) ask.hidden = !loses || placesOf(this.element).length > 0;
  }

  showErrors(messages: string[]): void {
    this.element.classList.toggle("has-error", messages.length > 0);
    const box = this.element.querySelector<HTMLElement>(".question-errors");
    if (!box) return;
    box.hidden = messages.length === 0;
    box.replaceChildren(
      ...messages.map((message) => {
        const line = document.createElement("p");
        line.className = "field-error";
        line.textContent = message;
        return line;
      }),
    );
  }

  private inputs(part: string): HTMLInputElement[] {
    const found = this.element.querySelectorAll<HTMLInputElement>(`input[name="${part}.${this.id}"]`);
    return [...found].filter((input) => input.type === "radio" || input.type === "checkbox");
  }

  private field(part: string): HTMLInputElement | HTMLTextAreaElement | null {
    const name = `${part}.${this.id}`;
    return this.element.querySelector(`textarea[name="${name}"], input[type="text"][name="${name}"]`);
  }
}

export class Questions {
  readonly all: Question[];
  current: Question;

  constructor(private readonly form: HTMLElement) {
    this.all = [...form.querySelectorAll<HTMLElement>("[data-question]")].map((e) => new Question(e));
    this.current = this.all[0] as Question;
    // Hidden, "not answered" would still be the checked one, and Tab would pass the group by.
    for (const choice of form.querySelectorAll("label.without-script")) {
      if (choice.querySelector("input")) choice.remove();
    }
    form.addEventListener("focusin", (event) => {
      const found = this.around(event.target);
      if (found) this.mark(found);
    });
  }

  byId(id: string): Question | undefined {
    return this.all.find((question) => question.id === id);
  }

  around(target: EventTarget | null): Question | undefined {
    const element = target instanceof Element ? target.closest("[data-question]") : null;
    return this.all.find((question) => question.element === element);
  }

  focus(question: Question, quietly = false): void {
    this.mark(question);
    question.element.focus({ preventScroll: true });
    if (!quietly) question.element.scrollIntoView({ block: "nearest" });
  }

  /** The next or previous one that is asked; stays at either end. */
  move(step: 1 | -1): void {
    const asked = this.all.filter((question) => !question.hidden || question === this.current);
    const next = asked[asked.indexOf(this.current) + step];
    if (next) this.focus(next);
  }

  /** The first of these ids behind the current question, else the first of all. */
  firstOf(ids: string[]): Question | undefined {
    const wanted = this.all.filter((question) => ids.includes(question.id));
    const here = this.all.indexOf(this.current);
    return wanted.find((question) => this.all.indexOf(question) > here) ?? wanted[0];
  }

  show(outcomes: Record<string, [string, string, boolean]>): void {
    for (const question of this.all) {
      const outcome = outcomes[question.id];
      if (outcome) question.show(outcome);
    }
    if (this.current.hidden) this.leaveHidden();
  }

  showErrors(problems: { where: string; message: string }[]): void {
    for (const question of this.all) {
      const own = problems.filter(({ where }) => where === question.id);
      question.showErrors(own.map(({ message }) => message));
    }
  }

  /** The question that keys answer went away: the next one takes its place, without a jump. */
  private leaveHidden(): void {
    const here = this.all.indexOf(this.current);
    const asked = this.all.filter((question) => !question.hidden);
    const next = asked.find((question) => this.all.indexOf(question) > here) ?? asked.at(-1);
    const focused = document.activeElement;
    if (!next) return;
    if (focused === document.body || this.current.element.contains(focused)) this.focus(next);
    else this.mark(next);
  }

  /** Says to screen readers how the current question stands, when they come to it. */
  describe(): void {
    const state = document.getElementById("question-state");
    if (state) state.textContent = this.current.standing();
  }

  /** The place that E attaches again, named where a place is asked for. */
  sayLastPlace(place: string): void {
    for (const hint of this.form.querySelectorAll<HTMLElement>("[data-ask]")) {
      const words = hint.querySelector("[data-again]") ?? document.createElement("span");
      words.setAttribute("data-again", "");
      words.textContent = text("again", { place });
      hint.append(words);
    }
  }

  private mark(question: Question): void {
    this.current.element.classList.remove("is-current");
    this.current.element.removeAttribute("aria-describedby");
    this.current = question;
    question.element.classList.add("is-current");
    question.element.setAttribute("aria-describedby", "question-state");
    this.describe();
  }
}
