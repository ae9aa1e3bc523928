// A word that the next page says: what a deed came to, when that deed leads away.
import { toast } from "./_toasts";

const KEY = "qa-word";

export function leaveWord(words: string): void {
  try {
    sessionStorage.setItem(KEY, words);
  } catch {
    // Without storage nothing is said; the deed is done all the same.
  }
}

export function sayWord(): void {
  try {
    const words = sessionStorage.getItem(KEY);
    sessionStorage.removeItem(KEY);
    if (words) toast(words, "good");
  } catch {
    // As above.
  }
}

/** What the last deed came to is said in the corner, so that nothing moves on the page. */
export function sayFlashes(): void {
  const flashes = document.querySelectorAll<HTMLElement>('.desk-pane-conversation > [role="status"]');
  for (const flash of flashes) {
    toast(flash.querySelector(".alert-body")?.textContent?.trim() ?? "", "good");
    flash.remove();
  }
}
