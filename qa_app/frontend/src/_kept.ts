// What is not saved yet is also kept in the browser, so that a crash loses nothing: offered again later.
import type { Entry } from "./_questions";

export interface Kept {
  version: number;
  at: number;
  /** Entries as they were typed, and as they were saved when the typing began. */
  changes: Record<string, { mine: Entry; base: Entry }>;
  summary?: { mine: string; base: string };
}

const PREFIX = "qa-unsaved";
const LONGEST_MS = 14 * 24 * 3600 * 1000;

/** Storage may be off or full: then nothing is kept here, and the server's draft remains. */
function guarded<T>(deed: () => T, otherwise: T): T {
  try {
    return deed();
  } catch {
    return otherwise;
  }
}

function keysOf(start: string): string[] {
  return guarded(() => Object.keys(localStorage).filter((key) => key.startsWith(start)), []);
}

/** The keys of tabs that are alive: what they hold is on its way, not lost. */
async function held(): Promise<Set<string>> {
  const locks = await navigator.locks?.query().catch(() => null);
  return new Set((locks?.held ?? []).map(({ name }) => name ?? ""));
}

export class KeptHere {
  private readonly start: string;
  private readonly key: string;

  constructor(account: string, evaluation: string, tab: string, signal: AbortSignal) {
    this.start = `${PREFIX}:${account}:${evaluation}:`;
    this.key = this.start + tab;
    const open = new Promise((resolve) => signal.addEventListener("abort", resolve));
    void navigator.locks?.request(this.key, () => open).catch(() => undefined);
    forgetOld();
  }

  keep(kept: Kept): void {
    guarded(() => localStorage.setItem(this.key, JSON.stringify(kept)), undefined);
  }

  forget(): void {
    guarded(() => localStorage.removeItem(this.key), undefined);
  }

  /** What tabs that are gone left behind of this evaluation, oldest first; keys to drop it by. */
  async left(): Promise<{ keys: string[]; found: Kept[] }> {
    const alive = await held();
    const keys = keysOf(this.start).filter((key) => key !== this.key && !alive.has(key));
    const found = keys.map(read).filter((kept) => kept !== null);
    return { keys, found: found.sort((one, other) => one.at - other.at) };
  }

  drop(keys: string[]): void {
    for (const key of keys) guarded(() => localStorage.removeItem(key), undefined);
  }
}

function read(key: string): Kept | null {
  return guarded(() => JSON.parse(localStorage.getItem(key) ?? "null") as Kept | null, null);
}

function forgetOld(): void {
  for (const key of keysOf(`${PREFIX}:`)) {
    if (Date.now() - (read(key)?.at ?? 0) > LONGEST_MS) guarded(() => localStorage.removeItem(key), undefined);
  }
}
