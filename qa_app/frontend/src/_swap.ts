// Another desk in place of this one without loading a page: its document was fetched before.
import { startComponents } from "./_components";
import { clearHighlights } from "./_words";

/** Belongs to the window, not to a conversation: messages, words for scripts, the signs of loading. */
const STAYS = ".skip-link, .loading-line, .offline, #toasts, #texts, [data-arrived]";
const FILES = "script[src], link[rel=stylesheet]";

function filesOf(page: Document): string {
  const files = [...page.head.querySelectorAll(FILES)];
  return files.map((file) => file.getAttribute("src") ?? file.getAttribute("href")).join(" ");
}

/** Whether a document may take the place of this one: same files, language, theme, and person. */
export function fits(page: Document): boolean {
  const [own, other] = [document.documentElement, page.documentElement];
  const account = (one: Document): string | undefined =>
    one.querySelector<HTMLElement>("[data-account]")?.dataset.account;
  return (
    filesOf(page) === filesOf(document) &&
    own.lang === other.lang &&
    own.dataset.bsTheme === other.dataset.bsTheme &&
    account(page) !== undefined &&
    account(page) === account(document) &&
    page.querySelector("#toasts") !== null
  );
}

function parts(page: Document): Element[] {
  return [...page.body.children].filter((part) => !part.matches(STAYS));
}

function takeHead(page: Document): void {
  const token = 'meta[name="csrf-token"]';
  const fresh = page.querySelector<HTMLMetaElement>(token)?.content;
  const own = document.querySelector<HTMLMetaElement>(token);
  if (own && fresh) own.content = fresh;
  document.title = page.title;
}

/** Is there before it speaks, else its first words are not read out. */
const arrived = document.createElement("div");
arrived.className = "visually-hidden";
arrived.setAttribute("role", "status");
arrived.dataset.arrived = "";
document.body.append(arrived);

/** Puts the desk of `page` in, at its address; what is there must have let go of everything. */
export function putInPlace(page: Document, url: string): void {
  const fresh = parts(page);
  const toasts = document.getElementById("toasts");
  clearHighlights();
  for (const part of parts(document)) part.remove();
  for (const part of fresh) document.body.insertBefore(part, toasts);
  takeHead(page);
  window.history.pushState(null, "", url);
  window.scrollTo(0, 0);
}

/** What every page starts, for the new parts; the desk itself begins before. */
export function startShared(): void {
  for (const part of parts(document)) {
    part.dispatchEvent(new CustomEvent("qa:shown", { bubbles: true }));
    if (part instanceof HTMLElement) startComponents(part);
  }
  arrived.textContent = document.title; // said as that of a page that was loaded
}
