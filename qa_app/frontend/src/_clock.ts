// Places in a sound in words.

/** 61234 -> "1:01.2"; without tenths "1:01". */
export function clock(ms: number, tenths = true): string {
  const seconds = Math.max(0, ms) / 1000;
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const rest = seconds % 60;
  const last = tenths ? (Math.floor(rest * 10) / 10).toFixed(1) : String(Math.floor(rest));
  const padded = last.padStart(tenths ? 4 : 2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${padded}` : `${minutes}:${padded}`;
}
