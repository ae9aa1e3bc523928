// <details> menus: one open at a time, closed by Escape, a choice, or a press elsewhere.
import { component } from "./_components";

function closeOthers(kept: Element | null): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu-holder[open]")) {
    if (menu !== kept) menu.open = false;
  }
}

function arrows(menu: HTMLDetailsElement, event: KeyboardEvent): void {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  event.preventDefault();
  menu.open = true;
  const items = [...menu.querySelectorAll<HTMLElement>(".menu-item")];
  const step = event.key === "ArrowDown" ? 1 : -1;
  const at = items.indexOf(document.activeElement as HTMLElement);
  items[(at + step + items.length) % items.length]?.focus();
}

function startMenu(element: HTMLElement): void {
  const menu = element as HTMLDetailsElement;
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) {
      event.stopPropagation();
      menu.open = false;
      menu.querySelector("summary")?.focus();
    } else {
      arrows(menu, event);
    }
  });
}

export function setUpMenus(): void {
  component("menu", startMenu);
  document.addEventListener("click", (event) => {
    const target = event.target as Element | null;
    const inItem = target?.closest(".menu-item");
    closeOthers(inItem ? null : (target?.closest("details.menu-holder") ?? null));
  });
}
