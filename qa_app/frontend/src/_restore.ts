// Typed on this computer before a crash and not saved: offered, never put over newer answers unasked.
import type { Kept } from "./_kept";
import type { Drafts } from "./_drafts";
import { same } from "./_conflict";
import type { Questions } from "./_questions";
import { text } from "./_texts";
import { openDialog } from "./_dialogs";

interface Offer {
  id: string | null;
  title: string;
  mine: string;
  saved: string;
  isNewer: boolean;
  apply: () => void;
}

export class Restore {
  private readonly dialog = document.getElementById("restore") as HTMLDialogElement | null;

  constructor(
    private readonly questions: Questions,
    private readonly summary: HTMLTextAreaElement,
    private readonly drafts: Drafts,
    private readonly changed: (id: string | null) => void,
  ) {}

  /** Asks where a tab that is gone left something that is not what is saved. */
  async ask(): Promise<void> {
    const { keys, found } = await this.drafts.here.left();
    if (keys.length === 0) return;
    const offers = new Map<string | null, Offer>();
    for (const kept of found) for (const offer of this.offersOf(kept)) offers.set(offer.id, offer);
    if (offers.size === 0 || !this.dialog) {
      this.drafts.here.drop(keys);
      return;
    }
    this.show([...offers.values()], keys);
  }

  private *offersOf(kept: Kept): Generator<Offer> {
    for (const [id, { mine, base }] of Object.entries(kept.changes)) {
      const question = this.questions.byId(id);
      if (!question) continue;
      const saved = question.entry();
      if (same(mine, saved)) continue;
      const savedWords = question.words();
      question.fill(mine);
      const mineWords = question.words();
      question.fill(saved);
      yield {
        id,
        title: `${question.number}. ${question.title}`,
        mine: mineWords,
        saved: savedWords,
        isNewer: !same(base, saved),
        apply: () => question.fill(mine),
      };
    }
    if (!kept.summary || kept.summary.mine === this.summary.value) return;
    const { mine, base } = kept.summary;
    const isNewer = base !== this.summary.value;
    const apply = (): void => void (this.summary.value = mine);
    yield { id: null, title: text("summary"), mine, saved: this.summary.value, isNewer, apply };
  }

  private show(offers: Offer[], keys: string[]): void {
    const dialog = this.dialog as HTMLDialogElement;
    const rows = offers.map((offer) => line(offer));
    dialog.querySelector("[data-restore-rows]")?.replaceChildren(...rows.map(({ row }) => row));
    const many = { count: offers.length };
    const words = offers.length === 1 ? text("restoreOne") : text("restoreMany", many);
    (dialog.querySelector("[data-restore-text]") as HTMLElement).textContent = words;
    dialog.querySelector("[data-restore-done]")?.addEventListener("click", () => {
      const chosen = offers.filter((_offer, at) => rows[at]?.box.checked);
      for (const { apply } of chosen) apply();
      for (const { id } of chosen) this.changed(id);
      this.drafts.here.drop(keys);
      dialog.close();
    });
    dialog.querySelector("[data-restore-drop]")?.addEventListener("click", () => {
      this.drafts.here.drop(keys);
      dialog.close();
    });
    openDialog(dialog);
  }
}

function line({ title, mine, saved, isNewer }: Offer): { row: HTMLTableRowElement; box: HTMLInputElement } {
  const row = document.createElement("tr");
  const head = document.createElement("th");
  head.scope = "row";
  const label = document.createElement("label");
  label.className = "form-check";
  const box = document.createElement("input");
  box.type = "checkbox";
  box.className = "form-check-input";
  box.checked = !isNewer;
  const name = document.createElement("span");
  name.textContent = title;
  label.append(box, name);
  head.append(label);
  row.append(head, cell(mine), cell(isNewer ? `${saved} (${text("newer")})` : saved));
  return { row, box };
}

function cell(words: string): HTMLTableCellElement {
  const made = document.createElement("td");
  made.textContent = words || "–";
  return made;
}
