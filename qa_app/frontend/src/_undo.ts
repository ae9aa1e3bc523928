// Takes answers and evidence back, one change after the other; what was typed in comments stays.
import type { Entry, Question, Questions } from "./_questions";
import { text } from "./_texts";
import { toast } from "./_toasts";

interface Change {
  id: string;
  before: Entry;
  at: number;
}

const SAME_TYPING_MS = 2000;
const MOST_KEPT = 200;

function answerOf({ answer, na, reasons, evidence }: Entry): string {
  return JSON.stringify([answer ?? null, na ?? false, reasons ?? [], evidence ?? []]);
}

export class Undo {
  private readonly known = new Map<string, Entry>();
  private readonly changes: Change[] = [];

  constructor(
    private readonly questions: Questions,
    private readonly changed: (question: Question) => void,
  ) {
    for (const question of questions.all) this.known.set(question.id, question.entry());
  }

  /** Notes that a question may have another answer now. */
  note(question: Question): void {
    const now = question.entry();
    const before = this.known.get(question.id) ?? {};
    this.known.set(question.id, now);
    if (answerOf(before) === answerOf(now)) return;
    const last = this.changes.at(-1);
    const at = performance.now();
    const isTyped = question.widget === "number" || question.widget === "text";
    if (isTyped && last?.id === question.id && at - last.at < SAME_TYPING_MS) {
      last.at = at;
      return;
    }
    this.changes.push({ id: question.id, before, at });
    if (this.changes.length > MOST_KEPT) this.changes.shift();
  }

  /** Takes the last change back and says which. */
  back(): void {
    const change = this.changes.pop();
    const question = change && this.questions.byId(change.id);
    if (!change || !question) {
      toast(text("nothingToUndo"), "info");
      return;
    }
    const comment = question.entry().comment;
    question.fill(comment ? { ...change.before, comment } : withoutComment(change.before));
    this.known.set(question.id, question.entry());
    this.changed(question);
    this.questions.focus(question);
    const values = { number: question.number, title: question.title, answer: question.words() };
    toast(text("undone", values), "info");
  }
}

function withoutComment(entry: Entry): Entry {
  const rest = { ...entry };
  delete rest.comment;
  return rest;
}
