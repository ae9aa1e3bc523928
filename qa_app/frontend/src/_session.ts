// Signed out while grading: one signs in again in a dialog, as the same account, and nothing is lost.
import { openDialog } from "./_dialogs";
import { csrfToken, send } from "./_server";
import { text } from "./_texts";

export class SessionDialog {
  private readonly dialog = document.getElementById("session") as HTMLDialogElement | null;
  private readonly form = this.dialog?.querySelector("form") ?? null;
  private dismissed = false;

  constructor(private readonly back: () => void) {
    this.form?.addEventListener("submit", (event) => {
      event.preventDefault();
      this.signIn().catch(() => this.say(text("noConnection")));
    });
    this.dialog?.addEventListener("close", () => (this.dismissed = true));
  }

  open(): void {
    if (!this.dialog || this.dialog.open || this.dismissed) return;
    openDialog(this.dialog);
    this.form?.querySelector<HTMLInputElement>("[name=password]")?.focus();
  }

  /** Signed in again, here or in another window. */
  close(): void {
    this.dismissed = false;
    if (!this.dialog?.open) return;
    this.dialog.close();
    this.dismissed = false;
  }

  private async signIn(): Promise<void> {
    if (!this.form || this.form.getAttribute("aria-busy") === "true") return;
    this.form.setAttribute("aria-busy", "true");
    this.say("");
    try {
      const page = await pageAt(this.form.action);
      const body = new FormData(this.form);
      body.set("csrf_token", tokenOf(page));
      const answer = await send(this.form.action, { method: "POST", body });
      if (answer.ok && answer.redirected) this.entered();
      else this.say(problemOf(await answer.text()));
    } finally {
      this.form.removeAttribute("aria-busy");
    }
  }

  private entered(): void {
    this.form?.reset();
    this.close();
    this.back();
  }

  private say(words: string): void {
    const line = this.dialog?.querySelector<HTMLElement>("[data-session-problem]");
    if (!line) return;
    line.textContent = words;
    line.hidden = words === "";
  }
}

async function pageAt(url: string): Promise<Document> {
  const answer = await send(url);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

function tokenOf(page: Document): string {
  return page.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

function problemOf(html: string): string {
  const page = new DOMParser().parseFromString(html, "text/html");
  const found = page.querySelector('[role="alert"] li, [role="alert"]');
  return found?.textContent?.trim() || text("requestFailed");
}

/** After signing in again, the old token is no longer good. */
export async function refreshToken(): Promise<void> {
  const page = await pageAt(window.location.href).catch(() => null);
  const fresh = page ? tokenOf(page) : "";
  const own = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]');
  if (fresh && own && fresh !== csrfToken()) own.content = fresh;
}
