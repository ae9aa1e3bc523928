// Keeps the draft: every change goes to the server at once, in order, again and again until it is there.
import { type Kept, KeptHere } from "./_kept";
import type { Submitted } from "./_next";
import type { Entry } from "./_questions";
import { send, sendJson } from "./_server";
import { refreshToken } from "./_session";
import type { Owed } from "./_spent";

export interface Running {
  score: string | null;
  band: string;
  tone: string;
  complete: boolean;
  missing: string[];
  asked: number;
  answered: number;
  fatals: string[];
  questions: Record<string, [string, string, boolean]>;
}

export interface Problem {
  where: string;
  code: string;
  message: string;
}

export interface TheirAnswer {
  id: string;
  number: number;
  title: string;
  entry: Entry;
  answer: string;
  comment: string;
  places: { label: string }[];
}

export interface Theirs {
  version: number;
  saved_at: string;
  summary: string;
  answers: TheirAnswer[];
}

export type SaveState =
  | "idle" | "unsaved" | "saving" | "saved" | "cut" | "retrying" | "conflict" | "sessionEnded" | "gone";

interface Page {
  signal: AbortSignal;
  account: string;
  assignment: string;
  ids: string[];
  draftUrl: string;
  submitUrl: string;
  entryOf: (id: string) => Entry;
  summary: () => string;
  owed: () => Owed;
  settle: (owed: Owed) => void;
  onState: (state: SaveState) => void;
  onSaved: (running: Running, problems: Problem[]) => void;
  onRefused: (problems: Problem[]) => void;
  onConflict: (theirs: Theirs) => void;
}

interface Batch {
  ids: Set<string>;
  summary: boolean;
}

interface Accepted {
  version: number;
  running: Running;
  problems: Problem[];
}

interface Refused {
  error?: { code: string };
  problems?: Problem[];
  current?: Theirs;
  location?: string;
}

const ANSWER_WITHIN_MS = 15_000;
const RETRY_MS = [500, 1000, 2000, 4000, 8000];
const LONGEST_WAIT_MS = 2000;
const LONGEST_RETRY_MS = 60_000;
const STOPPED = new Set<SaveState>(["conflict", "gone"]);

export class Drafts {
  private dirty: Batch = { ids: new Set(), summary: false };
  private sending: Batch | null = null;
  private underWay: Promise<void> = Promise.resolve();
  private timer = 0;
  private dueAt = Number.POSITIVE_INFINITY;
  private dirtySince = 0;
  private failures = 0;
  private step = 0;
  private submitting = false;
  private leaving = false;
  private state: SaveState = "idle";
  private readonly tab = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
  private readonly saved = new Map<string, Entry>();
  private savedSummary: string;
  private readonly sent = new Map<string, Entry>();
  private sentSummary = "";
  readonly here: KeptHere;

  constructor(
    private readonly page: Page,
    private version: number,
  ) {
    for (const id of page.ids) this.saved.set(id, page.entryOf(id));
    this.savedSummary = page.summary();
    this.here = new KeptHere(page.account, page.assignment, this.tab, page.signal);
    this.listen(page.signal);
  }

  private listen(signal: AbortSignal): void {
    const look = (): void => {
      if (document.hidden) this.sendLast();
      else this.retry(); // timers of a computer that slept come late
    };
    const ask = (event: Event): void => {
      if (this.hasUnsaved() && !this.leaving) event.preventDefault();
    };
    window.addEventListener("online", () => this.retry(), { signal });
    window.addEventListener("pagehide", () => this.sendLast(), { signal });
    document.addEventListener("visibilitychange", look, { signal });
    window.addEventListener("beforeunload", ask, { signal });
    signal.addEventListener("abort", () => window.clearTimeout(this.timer));
  }

  hasUnsaved(): boolean {
    return this.sending !== null || !isEmpty(this.dirty);
  }

  /** A question changed, or the summary (null); it is sent after `wait` ms. */
  touch(id: string | null, wait: number): void {
    if (isEmpty(this.dirty)) this.dirtySince = performance.now();
    if (id === null) this.dirty.summary = true;
    else this.dirty.ids.add(id);
    this.keepHere();
    if (!STOPPED.has(this.state) && this.failures === 0) this.say("unsaved");
    const latest = this.dirtySince + LONGEST_WAIT_MS - performance.now();
    this.schedule(Math.max(0, Math.min(wait, latest)), wait > 0);
  }

  /** The server may answer again: what waits is sent now. */
  retry(): void {
    if (!isEmpty(this.dirty)) this.schedule(0);
  }

  /** Submits with what is not saved yet; where to go on, or null where it did not work. */
  async submit(): Promise<Submitted | null> {
    if (this.submitting || STOPPED.has(this.state)) return null;
    this.submitting = true;
    window.clearTimeout(this.timer);
    this.dueAt = Number.POSITIVE_INFINITY; // else nothing after a refusal counts as early enough
    try {
      while (this.sending) await this.underWay;
      return await this.sendAway();
    } finally {
      this.submitting = false;
      if (!this.leaving && !isEmpty(this.dirty)) this.schedule(0);
    }
  }

  /** After a choice between two windows: these ids are ours, over that version. */
  async settleConflict(version: number, ids: string[], summary: boolean): Promise<boolean> {
    this.version = version;
    this.dirty = { ids: new Set(ids), summary };
    this.state = "unsaved";
    if (!isEmpty(this.dirty)) await this.flush();
    return !this.hasUnsaved();
  }

  /** From here on the page may be left without a question. */
  leave(): void {
    this.leaving = true;
  }

  private async sendAway(): Promise<Submitted | null> {
    const batch = this.take();
    this.say("saving");
    try {
      const answer = await this.post(this.page.submitUrl, batch);
      if (answer.ok) {
        this.leaving = true;
        this.here.forget();
        return (await answer.json()) as Submitted;
      }
      const body = await Promise.race([bodyOf(answer), tooLate()]);
      this.giveBack(batch);
      await this.refused(answer, body);
    } catch {
      this.giveBack(batch);
      this.cutOff();
    }
    return null;
  }

  private schedule(wait: number, mayPostpone = false): void {
    const due = performance.now() + wait;
    if (!mayPostpone && due > this.dueAt) return;
    window.clearTimeout(this.timer);
    this.dueAt = due;
    this.timer = window.setTimeout(() => {
      this.dueAt = Number.POSITIVE_INFINITY;
      void this.flush();
    }, wait);
  }

  private async flush(): Promise<void> {
    if (this.sending || this.submitting || isEmpty(this.dirty) || STOPPED.has(this.state)) return;
    const batch = this.take();
    this.sending = batch;
    this.underWay = this.deliver(batch);
    await this.underWay;
  }

  private async deliver(batch: Batch): Promise<void> {
    if (this.failures === 0) this.say("saving");
    try {
      const answer = await this.post(this.page.draftUrl, batch);
      // Read to its end before anything else is sent: else "saved" is said of what is under way.
      const body = await Promise.race([bodyOf(answer), tooLate()]);
      this.sending = null;
      if (answer.ok) this.accepted(body as Accepted, batch);
      else {
        this.giveBack(batch);
        await this.refused(answer, body);
      }
    } catch {
      this.sending = null;
      this.giveBack(batch);
      this.cutOff();
    }
  }

  private accepted(body: Accepted, batch: Batch): void {
    this.version = body.version;
    this.failures = 0;
    for (const id of batch.ids) this.saved.set(id, this.sent.get(id) ?? {});
    if (batch.summary) this.savedSummary = this.sentSummary;
    this.keepHere();
    this.say(isEmpty(this.dirty) ? "saved" : "unsaved");
    this.page.onSaved(body.running, body.problems);
    if (!isEmpty(this.dirty)) this.schedule(0);
  }

  private async refused(answer: Response, body: Refused): Promise<void> {
    const code = body.error?.code;
    if (answer.status === 409 && body.current) {
      this.say("conflict");
      this.page.onConflict(body.current);
    } else if (answer.status === 409 && body.location) {
      this.leaving = true;
      window.location.assign(body.location);
    } else if (answer.status === 422) {
      this.say(isEmpty(this.dirty) ? "saved" : "unsaved");
      this.page.onRefused(body.problems ?? []);
    } else if (answer.status === 401 || code === "csrf") {
      this.say("sessionEnded");
      // Signed out, nothing is asked for: an answer with a cookie could undo the next sign-in.
      if (code === "csrf") await refreshToken();
      this.again();
    } else if (answer.status === 429 || answer.status === 503) {
      this.say("retrying");
      this.again(Number(answer.headers.get("Retry-After") ?? 0) * 1000);
    } else if (answer.status === 403 || answer.status === 404) {
      this.say("gone");
    } else this.cutOff();
  }

  private cutOff(): void {
    this.say(navigator.onLine ? "retrying" : "cut");
    this.again();
  }

  private again(atLeast = 0): void {
    const usual = RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)] ?? 8000;
    const wait = Math.max(usual, Math.min(LONGEST_RETRY_MS, atLeast || 0));
    this.failures += 1;
    this.dueAt = Number.POSITIVE_INFINITY;
    this.schedule(wait);
  }

  private take(): Batch {
    const batch = this.dirty;
    this.dirty = { ids: new Set(), summary: false };
    return batch;
  }

  private giveBack(batch: Batch): void {
    for (const id of batch.ids) this.dirty.ids.add(id);
    this.dirty.summary ||= batch.summary;
  }

  private body(batch: Batch): Record<string, unknown> & Owed {
    this.step += 1;
    for (const id of batch.ids) this.sent.set(id, this.page.entryOf(id));
    if (batch.summary) this.sentSummary = this.page.summary();
    return {
      base_version: this.version,
      changes: Object.fromEntries([...batch.ids].map((id) => [id, this.sent.get(id)])),
      summary: batch.summary ? this.sentSummary : null,
      tab: this.tab,
      step: this.step,
      ...this.page.owed(),
    };
  }

  /** What is on its way or still waits, kept in the browser until the server has it. */
  private keepHere(): void {
    const ids = new Set([...(this.sending?.ids ?? []), ...this.dirty.ids]);
    const summary = this.dirty.summary || (this.sending?.summary ?? false);
    if (ids.size === 0 && !summary) {
      this.here.forget();
      return;
    }
    const kept: Kept = { version: this.version, at: Date.now(), changes: {} };
    for (const id of ids) {
      kept.changes[id] = { mine: this.page.entryOf(id), base: this.saved.get(id) ?? {} };
    }
    if (summary) kept.summary = { mine: this.page.summary(), base: this.savedSummary };
    this.here.keep(kept);
  }

  private async post(url: string, batch: Batch): Promise<Response> {
    const body = this.body(batch);
    const answer = await Promise.race([sendJson(url, body), tooLate()]);
    if (answer.ok) this.page.settle(body);
    return answer;
  }

  /** The tab goes away: what is not saved leaves with it, whatever becomes of the page. */
  private sendLast(): void {
    if (!this.hasUnsaved() || this.leaving || STOPPED.has(this.state)) return;
    const ids = new Set([...(this.sending?.ids ?? []), ...this.dirty.ids]);
    const batch = { ids, summary: this.dirty.summary || (this.sending?.summary ?? false) };
    const headers = { "Content-Type": "application/json", Accept: "application/json" };
    const body = JSON.stringify(this.body(batch));
    send(this.page.draftUrl, { method: "POST", headers, body, keepalive: true }).catch(() => undefined);
  }

  private say(state: SaveState): void {
    this.state = state;
    this.page.onState(state);
  }
}

function isEmpty(batch: Batch): boolean {
  return batch.ids.size === 0 && !batch.summary;
}

/** The document of an answer; rejects where that of an accepted one breaks off. */
async function bodyOf(answer: Response): Promise<Accepted & Refused> {
  return answer.ok ? await answer.json() : await answer.json().catch(() => ({}));
}

function tooLate(): Promise<never> {
  return new Promise((_resolve, reject) => {
    window.setTimeout(() => reject(new Error("no answer in time")), ANSWER_WITHIN_MS);
  });
}
