// The department's sentences in a comment: "/" opens a list that is filtered as one types.
import { isComposing } from "./_keys";
import { send } from "./_server";
import { text } from "./_texts";

interface Snippet {
  id: number;
  title: string;
  text: string;
  question_id: string;
}

interface Desk {
  url: string;
  questionOf: (field: HTMLTextAreaElement) => string;
  values: () => Record<string, string>;
}

const MOST_SHOWN = 8;
const TYPED = /(^|\s)[/／、]([^\s/]*)$/u;
const LIST_ID = "snippet-list";

export class Snippets {
  private all: Promise<Snippet[]> | null = null;
  private field: HTMLTextAreaElement | null = null;
  private found: Snippet[] = [];
  private at = 0;
  private composing = false;
  private readonly box = document.createElement("div");
  private readonly list = document.createElement("ul");
  private readonly status = document.createElement("p");
  private readonly button = document.createElement("button");

  constructor(root: HTMLElement, private readonly desk: Desk) {
    this.build();
    root.addEventListener("focusin", (event) => this.enter(event.target));
    root.addEventListener("focusout", () => this.close());
    root.addEventListener("compositionstart", () => (this.composing = true));
    root.addEventListener("compositionend", () => {
      this.composing = false;
      void this.look();
    });
    root.addEventListener("input", () => void this.look());
    root.addEventListener("click", (event) => {
      if (event.target === this.field) void this.look();
    });
    root.addEventListener("keydown", (event) => this.press(event), true);
  }

  private get isOpen(): boolean {
    return this.list.childElementCount > 0;
  }

  private build(): void {
    this.list.id = LIST_ID;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", text("snippets"));
    this.list.className = "snippet-list";
    this.list.hidden = true;
    this.status.className = "visually-hidden";
    this.status.setAttribute("role", "status");
    this.button.type = "button";
    this.button.tabIndex = -1;
    this.button.className = "btn btn-quiet btn-sm snippet-button";
    this.button.title = text("insertSnippet");
    this.button.setAttribute("aria-label", text("insertSnippet"));
    this.button.textContent = "/";
    this.box.className = "snippets";
    this.box.append(this.button, this.list, this.status);
    // A press must leave the caret where it is.
    this.box.addEventListener("mousedown", (event) => event.preventDefault());
    this.button.addEventListener("click", () => this.ask());
    this.list.addEventListener("click", (event) => {
      const item = (event.target as Element).closest<HTMLElement>("[role=option]");
      if (item) this.choose([...this.list.children].indexOf(item));
    });
  }

  private enter(target: EventTarget | null): void {
    const isField = target instanceof HTMLTextAreaElement && target.matches("[name^='c.'], #summary");
    if (!isField || target === this.field) return;
    this.field = target;
    target.after(this.box);
    target.setAttribute("aria-autocomplete", "list");
    target.setAttribute("aria-haspopup", "listbox");
    this.all ??= this.load();
  }

  private async load(): Promise<Snippet[]> {
    const answer = await send(this.desk.url, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok) {
      this.all = null; // asked again at the next comment
      return [];
    }
    return ((await answer.json()) as { snippets: Snippet[] }).snippets;
  }

  /** The button: as if "/" were typed. */
  private ask(): void {
    if (!this.field) return;
    const before = this.field.value.slice(0, this.field.selectionStart);
    put(this.field, this.field.selectionStart, this.field.selectionEnd, /(^|\s)$/u.test(before) ? "/" : " /");
    void this.look();
  }

  private wanted(): string | null {
    const { field } = this;
    if (!field || this.composing || document.activeElement !== field) return null;
    if (field.selectionStart !== field.selectionEnd) return null;
    return TYPED.exec(field.value.slice(0, field.selectionStart))?.[2]?.toLocaleLowerCase() ?? null;
  }

  private async look(): Promise<void> {
    if (this.wanted() === null) return this.close();
    const all = (await this.all) ?? [];
    const words = this.wanted();
    if (words === null) return this.close();
    const here = this.field ? this.desk.questionOf(this.field) : "";
    this.found = all
      .filter((one) => `${one.title}\n${one.text}`.toLocaleLowerCase().includes(words))
      .sort((one, other) => rank(one, here) - rank(other, here))
      .slice(0, MOST_SHOWN);
    this.at = 0;
    this.show();
  }

  private show(): void {
    this.list.replaceChildren(...this.found.map(option));
    this.list.hidden = !this.isOpen;
    this.status.textContent = text("snippetsFound", { count: this.found.length });
    if (this.isOpen) {
      this.field?.setAttribute("aria-controls", LIST_ID);
      this.mark(0);
    } else this.release();
  }

  private mark(at: number): void {
    this.at = (at + this.found.length) % this.found.length;
    [...this.list.children].forEach((item, index) => {
      item.setAttribute("aria-selected", String(index === this.at));
      if (index === this.at) item.scrollIntoView({ block: "nearest" });
    });
    this.field?.setAttribute("aria-activedescendant", `snippet-${this.found[this.at]?.id}`);
  }

  private close(): void {
    if (!this.isOpen && !this.status.textContent) return;
    this.list.replaceChildren();
    this.list.hidden = true;
    this.status.textContent = "";
    this.release();
  }

  private release(): void {
    this.field?.removeAttribute("aria-activedescendant");
    this.field?.removeAttribute("aria-controls");
  }

  private press(event: KeyboardEvent): void {
    if (!this.isOpen || event.target !== this.field || isComposing(event)) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const deeds: Record<string, () => void> = {
      ArrowDown: () => this.mark(this.at + 1),
      ArrowUp: () => this.mark(this.at - 1),
      Enter: () => this.choose(this.at),
      Tab: () => this.choose(this.at),
      Escape: () => this.close(),
    };
    const deed = event.shiftKey ? undefined : deeds[event.key];
    if (!deed) return;
    event.preventDefault();
    event.stopPropagation();
    deed();
  }

  private choose(at: number): void {
    const { field } = this;
    const snippet = this.found[at];
    if (!field || !snippet) return;
    const caret = field.selectionStart;
    const typed = TYPED.exec(field.value.slice(0, caret));
    const values = this.desk.values();
    const words = snippet.text.replace(/\{(agent|time)\}/g, (whole, name: string) => values[name] ?? whole);
    this.close();
    put(field, typed ? typed.index + (typed[1]?.length ?? 0) : caret, caret, words);
  }
}

/** First those of this question, then those of every question, last those of others. */
function rank({ question_id }: Snippet, here: string): number {
  if (question_id === "") return 1;
  return question_id === here ? 0 : 2;
}

function option(snippet: Snippet): HTMLLIElement {
  const item = document.createElement("li");
  item.id = `snippet-${snippet.id}`;
  item.setAttribute("role", "option");
  const title = document.createElement("strong");
  title.textContent = snippet.title;
  const words = document.createElement("span");
  words.textContent = snippet.text;
  item.append(title, " ", words);
  return item;
}

/** Puts text in as if it were typed, so that the field can take it back. */
function put(field: HTMLTextAreaElement, from: number, to: number, words: string): void {
  field.setSelectionRange(from, to);
  if (document.execCommand("insertText", false, words)) return;
  field.setRangeText(words, from, to, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
