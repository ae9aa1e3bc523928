// Words for scripts come from the page, in its language: data attributes of #texts.

/** text("requestFailed") reads data-request-failed; the key itself when the page lacks it. */
export function text(key: string, values: Record<string, string | number> = {}): string {
  const found = document.getElementById("texts")?.dataset[key] ?? key;
  return found.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
