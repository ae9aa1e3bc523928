// Words for scripts come from the page, in its language: data attributes of #texts.

type Values = Record<string, string | number>;

/** text("requestFailed") reads data-request-failed; the key itself when the page lacks it. */
export function text(key: string, values: Values = {}): string {
  return filled(document.getElementById("texts")?.dataset[key] ?? key, values);
}

/** "{n} of {all}" with the values in their places. */
export function filled(words: string, values: Values): string {
  return words.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
