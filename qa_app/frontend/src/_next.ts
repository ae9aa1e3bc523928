// The next desk is fetched in an idle moment and kept here, so that it is there when this one is submitted.
import { fetchAhead } from "./_peaks";
import { send } from "./_server";

interface Coming {
  next: string | null;
  next_version: number;
  peaks: string | null;
}

export interface Submitted {
  next: string;
  next_version: number;
  said: string;
}

interface Ahead {
  url: string;
  page: Document;
  at: number;
}

const ENOUGH = 0.6;
const REFRESH_AFTER_MS = 60_000;
const GOOD_FOR_MS = 300_000;
const IDLE_WITHIN_MS = 1000;
/** A mark that tools see. */
const READY = "next-desk-fetched";
/** So that the server counts the conversation in hand as done; reading a desk begins nothing. */
const HEADERS = { Purpose: "prefetch" };

export class NextDesk {
  private ahead: Ahead | null = null;
  private askedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly url: string,
    private readonly signal: AbortSignal,
  ) {}

  /** Fetches once most questions are answered, and again where that is a while ago. */
  prepare(answered: number, asked: number): void {
    const now = performance.now();
    if (answered < asked * ENOUGH || now - this.askedAt < REFRESH_AFTER_MS) return;
    this.askedAt = now;
    const idle = window.requestIdleCallback ?? ((call: () => void) => window.setTimeout(call, 200));
    idle(() => void this.fetch().catch(() => undefined), { timeout: IDLE_WITHIN_MS });
  }

  /** The page that was fetched, while it is what the server has now; null: it is to be asked for. */
  take({ next, next_version }: Submitted): Document | null {
    const { ahead } = this;
    this.ahead = null;
    performance.clearMarks(READY);
    if (ahead?.url !== next || performance.now() - ahead.at > GOOD_FOR_MS) return null;
    const form = ahead.page.querySelector<HTMLElement>('[data-component~="grading"]');
    return form?.dataset.version === String(next_version) ? ahead.page : null;
  }

  private async fetch(): Promise<void> {
    const { signal } = this;
    const at = performance.now();
    const answer = await send(this.url, { headers: { Accept: "application/json" }, signal });
    if (!answer.ok) return;
    const { next, peaks } = (await answer.json()) as Coming;
    if (!next) return;
    if (peaks) void fetchAhead(peaks).catch(() => undefined);
    const sent = await send(next, { headers: { ...HEADERS, Accept: "text/html" }, signal });
    if (!sent.ok || sent.redirected) return;
    const page = new DOMParser().parseFromString(await sent.text(), "text/html");
    this.ahead = { url: next, page, at };
    performance.mark(READY);
  }
}
