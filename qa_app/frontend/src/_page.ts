// Small behaviours of ordinary pages: flashes, focus, table cards, exports, lost network.
import { component } from "./_components";
import { text } from "./_texts";

function startFlash(element: HTMLElement): void {
  element.querySelector("[data-dismiss]")?.addEventListener("click", () => {
    element.remove();
    document.getElementById("main")?.focus({ preventScroll: true });
  });
}

/** Cells without a data-label take the heading of their column, for cards on narrow screens. */
function labelCells(element: HTMLElement): void {
  const table = element as HTMLTableElement;
  const headings = [...(table.tHead?.rows[0]?.cells ?? [])];
  for (const row of [...table.tBodies].flatMap((body) => [...body.rows])) {
    [...row.cells].forEach((cell, index) => {
      const heading = headings[index]?.textContent?.trim();
      if (cell.dataset.label === undefined && cell.colSpan === 1 && heading) {
        cell.dataset.label = heading;
      }
    });
  }
}

/** An export takes the filters as they are now, not as they were when the page was made. */
function startExport(element: HTMLElement): void {
  const link = element as HTMLAnchorElement;
  link.addEventListener("click", () => {
    const here = new URL(window.location.href);
    const format = new URL(link.href).searchParams.get("format") ?? "csv";
    for (const key of ["after", "before"]) here.searchParams.delete(key);
    here.searchParams.set("format", format);
    link.href = here.href;
  });
}

/** Many filters are folded below the search on a telephone, until they are asked for. */
function foldFilters(element: HTMLElement): void {
  const button = element.querySelector<HTMLElement>("[data-fold]");
  const fields = [...element.querySelectorAll<HTMLElement>(".field:not(.field-search)")];
  if (!button || fields.length < 3) return;
  const fold = (folded: boolean): void => {
    element.classList.toggle("is-folded", folded);
    button.setAttribute("aria-expanded", String(!folded));
  };
  const chosen = fields.some((field) => field.querySelector<HTMLInputElement>("input, select")?.value);
  button.hidden = false;
  button.addEventListener("click", () => fold(!element.classList.contains("is-folded")));
  fold(!chosen);
}

/** Numbers beside a sound take a telephone's screen only when asked for. */
function foldFigures(element: HTMLElement): void {
  if (window.matchMedia("(max-width: 40rem)").matches) element.removeAttribute("open");
}

function showNetwork(): void {
  document.querySelector(".offline")?.remove();
  if (navigator.onLine) return;
  const line = document.createElement("div");
  line.className = "offline";
  line.setAttribute("role", "status");
  line.textContent = text("offline");
  document.querySelector(".skip-link")?.after(line);
}

export function setUpPage(): void {
  component("flash", startFlash);
  component("table-cards", labelCells);
  component("export", startExport);
  component("filters", foldFilters);
  component("figures", foldFigures);
  component("take-focus", (element) => element.focus());
  window.addEventListener("online", showNetwork);
  window.addEventListener("offline", showNetwork);
}
