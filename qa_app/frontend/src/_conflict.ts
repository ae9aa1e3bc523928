// Two windows on one evaluation: both sets of answers side by side; one chooses, nothing is lost.
import { openDialog } from "./_dialogs";
import type { Drafts, TheirAnswer, Theirs } from "./_drafts";
import type { Entry, Questions } from "./_questions";
import { text } from "./_texts";

const SUMMARY = "summary";

interface Difference {
  id: string;
  title: string;
  mine: string;
  theirs: string;
}

export function same(mine: Entry, theirs: Entry): boolean {
  const canonical = (entry: Entry): string =>
    JSON.stringify([
      Array.isArray(entry.answer) ? [...entry.answer].sort() : String(entry.answer ?? ""),
      Array.isArray(entry.answer),
      entry.na ?? false,
      entry.comment ?? "",
      [...(entry.reasons ?? [])].sort(),
      (entry.evidence ?? []).map((place) => Object.entries(place).sort()),
    ]);
  return canonical(mine) === canonical(theirs);
}

function wordsOf({ answer, comment, places }: TheirAnswer): string {
  return [answer, comment, ...places.map(({ label }) => label)].filter(Boolean).join(" · ");
}

function differences(questions: Questions, theirs: Theirs, summary: string): Difference[] {
  const found = theirs.answers.flatMap((their): Difference[] => {
    const own = questions.byId(their.id);
    if (!own || same(own.entry(), their.entry)) return [];
    const title = `${their.number}. ${their.title}`;
    return [{ id: their.id, title, mine: own.words(), theirs: wordsOf(their) }];
  });
  if (summary.trim() === theirs.summary.trim()) return found;
  return [...found, { id: SUMMARY, title: text("summary"), mine: summary, theirs: theirs.summary }];
}

function choice(id: string, side: "mine" | "theirs", words: string): HTMLTableCellElement {
  const cell = document.createElement("td");
  cell.dataset.label = text(side);
  const label = document.createElement("label");
  label.className = "form-check";
  const radio = document.createElement("input");
  radio.type = "radio";
  radio.className = "form-check-input";
  radio.name = `conflict.${id}`;
  radio.value = side;
  radio.checked = side === "mine";
  const shown = document.createElement("span");
  shown.textContent = words || text("noAnswer");
  label.append(radio, shown);
  cell.append(label);
  return cell;
}

function row({ id, title, mine, theirs }: Difference): HTMLTableRowElement {
  const line = document.createElement("tr");
  const head = document.createElement("th");
  head.scope = "row";
  head.textContent = title;
  line.append(head, choice(id, "mine", mine), choice(id, "theirs", theirs));
  return line;
}

export class ConflictDialog {
  private readonly dialog = document.getElementById("conflict") as HTMLDialogElement;
  private theirs: Theirs | null = null;

  constructor(
    private readonly questions: Questions,
    private readonly summary: () => string,
    private readonly drafts: () => Drafts,
  ) {
    this.dialog.addEventListener("cancel", (event) => event.preventDefault());
    this.dialog.addEventListener("click", (event) => {
      const button = event.target as HTMLElement;
      const side = button.closest<HTMLElement>("[data-conflict-all]")?.dataset.conflictAll;
      if (side) this.chooseAll(side);
      if (button.closest("[data-conflict-done]")) void this.finish();
    });
  }

  open(theirs: Theirs): void {
    this.theirs = theirs;
    const found = differences(this.questions, theirs, this.summary());
    this.part("[data-conflict-when]").textContent = theirs.saved_at;
    this.part("[data-conflict-rows]").replaceChildren(...found.map(row));
    this.part("[data-conflict-same]").hidden = found.length > 0;
    this.part(".conflict-table").hidden = found.length === 0;
    openDialog(this.dialog);
  }

  private part(selector: string): HTMLElement {
    return this.dialog.querySelector(selector) as HTMLElement;
  }

  private chooseAll(side: string): void {
    for (const radio of this.dialog.querySelectorAll<HTMLInputElement>(`input[value="${side}"]`)) {
      radio.checked = true;
    }
  }

  /** Saves what is chosen of ours over theirs, then shows the page as it is kept. */
  private async finish(): Promise<void> {
    if (!this.theirs) return;
    const chosen = [...this.dialog.querySelectorAll<HTMLInputElement>('input[value="mine"]:checked')];
    const ids = chosen.map(({ name }) => name.slice("conflict.".length));
    const own = ids.filter((id) => id !== SUMMARY);
    this.dialog.close();
    const saved = await this.drafts().settleConflict(this.theirs.version, own, ids.includes(SUMMARY));
    if (!saved) return;
    this.drafts().leave();
    window.location.hash = `q-${this.questions.current.id}`;
    window.location.reload();
  }
}
