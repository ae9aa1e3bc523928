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
  component("take-focus", (element) => element.focus());
  window.addEventListener("online", showNetwork);
  window.addEventListener("offline", showNetwork);
}
