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
  durationMs: number;
  pointMs: number;
  points: number;
  lanes: Lane[];
  silence: Span[];
  talkOver: Span[];
}

interface Head {
  format: number;
  sample_rate: number;
  samples_per_point: number;
  points: number;
  duration_ms: number;
  lanes: { silent: boolean }[];
  silence: [number, number][];
  talk_over: [number, number][];
}

const LINE_FEED = 10;

function spans(pairs: [number, number][]): Span[] {
  return pairs.map(([from, to]) => ({ from, to }));
}

export function parsePeaks(buffer: ArrayBuffer): Peaks {
  const bytes = new Uint8Array(buffer);
  const end = bytes.indexOf(LINE_FEED);
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))) as Head;
  const lanes = head.lanes.map(({ silent }, index) => {
    const start = end + 1 + index * head.points * 2;
    return { values: new Int8Array(buffer, start, head.points * 2), silent };
  });
  return {
    durationMs: head.duration_ms,
    pointMs: (head.samples_per_point * 1000) / head.sample_rate,
    points: head.points,
    lanes,
    silence: spans(head.silence),
    talkOver: spans(head.talk_over),
  };
}

export async function loadPeaks(url: string): Promise<Peaks> {
  const answer = await fetch(url, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`peaks: ${answer.status}`);
  return parsePeaks(await answer.arrayBuffer());
}
