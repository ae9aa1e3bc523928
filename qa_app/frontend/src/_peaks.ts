// Peaks as the server counts them: a line of JSON, then for each lane low, high, low, high, …

export interface Span {
  from: number;
  to: number;
}

export interface Lane {
  values: Int8Array;
  silent: boolean;
}

export interface Peaks {
  /** What the server calls this version of them; nothing where it does not say. */
  etag: string;
  durationMs: number;
  pointMs: number;
  points: number;
  lanes: Lane[];
  /** Two lanes with the same sound tell nothing of who speaks. */
  lanesAreSame: boolean;
  silence: Span[];
  /** Every time without speech, however short. */
  quiet: Span[];
  talkOver: Span[];
  holds: Span[];
  masked: Span[];
}

type Pairs = [number, number][];

interface Head {
  format: number;
  sample_rate: number;
  samples_per_point: number;
  points: number;
  duration_ms: number;
  lanes: { silent: boolean; speech?: Pairs }[];
  lanes_are_same?: boolean;
  silence: Pairs;
  talk_over: Pairs;
  holds?: Pairs;
  masked?: Pairs;
}

const LINE_FEED = 10;
const HOLD_MS = 20_000;

function spans(pairs: Pairs): Span[] {
  return pairs.map(([from, to]) => ({ from, to }));
}

/** The times in which no lane speaks; without spans of speech, the silences alone. */
function quietOf(head: Head): Span[] {
  if (head.lanes.some(({ speech }) => speech === undefined)) return spans(head.silence);
  const spoken = head.lanes.flatMap(({ speech }) => spans(speech ?? []));
  spoken.sort((one, other) => one.from - other.from);
  const found: Span[] = [];
  let at = 0;
  for (const { from, to } of [...spoken, { from: head.duration_ms, to: head.duration_ms }]) {
    if (from > at) found.push({ from: at, to: from });
    at = Math.max(at, to);
  }
  return found;
}

export function parsePeaks(buffer: ArrayBuffer, etag = ""): Peaks {
  const bytes = new Uint8Array(buffer);
  const end = bytes.indexOf(LINE_FEED);
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))) as Head;
  const lanes = head.lanes.map(({ silent }, index) => {
    const start = end + 1 + index * head.points * 2;
    return { values: new Int8Array(buffer, start, head.points * 2), silent };
  });
  const silence = spans(head.silence);
  return {
    etag,
    durationMs: head.duration_ms,
    pointMs: (head.samples_per_point * 1000) / head.sample_rate,
    points: head.points,
    lanes,
    lanesAreSame: head.lanes_are_same ?? false,
    silence,
    quiet: quietOf(head),
    talkOver: spans(head.talk_over),
    holds: head.holds ? spans(head.holds) : silence.filter(({ from, to }) => to - from >= HOLD_MS),
    masked: spans(head.masked ?? []),
  };
}

/** What is asked for is still being made. */
export class NotReady extends Error {}

export async function loadPeaks(url: string, signal?: AbortSignal): Promise<Peaks> {
  const answer = await fetch(url, { credentials: "same-origin", ...(signal && { signal }) });
  if (answer.status === 409) throw new NotReady("peaks: 409");
  if (!answer.ok) throw new Error(`peaks: ${answer.status}`);
  return parsePeaks(await answer.arrayBuffer(), answer.headers.get("ETag") ?? "");
}

/** Peaks of one conversation that was not opened yet. */
let ahead: { url: string; peaks: Peaks } | null = null;

export async function fetchAhead(url: string): Promise<void> {
  ahead = { url, peaks: await loadPeaks(url) };
}

/** What was fetched ahead for this address, once. */
export function takePeaks(url: string): Peaks | null {
  const found = ahead?.url === url ? ahead.peaks : null;
  ahead = null;
  return found;
}
