// Requests to our own server: token, and an answer that never throws for a status.

export function csrfToken(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

/** fetch with the CSRF token; rejects only when there is no answer at all. */
export function send(url: string, options: RequestInit = {}): Promise<Response> {
  const headers = new Headers(options.headers);
  headers.set("X-CSRFToken", csrfToken());
  headers.set("X-Requested-With", "fetch");
  return fetch(url, { credentials: "same-origin", ...options, headers });
}

export function sendJson(url: string, body: unknown, method = "POST"): Promise<Response> {
  const headers = { "Content-Type": "application/json", Accept: "application/json" };
  return send(url, { method, headers, body: JSON.stringify(body) });
}
