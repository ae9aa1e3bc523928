// The next desk is fetched in an idle moment, so that it is there when this one is submitted.
import { send } from "./_server";
import { leaveWord } from "./_word";

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

const ENOUGH = 0.6;

export class NextDesk {
  private coming: Coming | null = null;
  private asked = false;

  constructor(private readonly url: string) {}

  /** Fetches once most questions are answered. */
  prepare(answered: number, asked: number): void {
    if (this.asked || answered < asked * ENOUGH) return;
    this.asked = true;
    const idle = window.requestIdleCallback ?? ((call: () => void) => window.setTimeout(call, 200));
    idle(() => void this.fetch().catch(() => undefined));
  }

  /** Goes on; what was fetched is only shown while it is what the server has now. */
  open({ next, next_version, said }: Submitted): void {
    leaveWord(said);
    const isStale = this.coming?.next === next && this.coming.next_version !== next_version;
    window.location.assign(isStale ? `${next}?fresh=${next_version}` : next);
  }

  private async fetch(): Promise<void> {
    const answer = await send(this.url, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    this.coming = (await answer.json()) as Coming;
    if (!this.coming.next) return;
    speculate(this.coming.next);
    if (this.coming.peaks) await send(this.coming.peaks);
  }
}

/** The browser keeps the answer in memory for this page alone, and for minutes only. */
function speculate(url: string): void {
  if (!HTMLScriptElement.supports?.("speculationrules")) return;
  const rules = document.createElement("script");
  rules.type = "speculationrules";
  rules.textContent = JSON.stringify({ prefetch: [{ urls: [url], eagerness: "immediate" }] });
  document.head.append(rules);
}
