// Behaviours attach to data-component="name other-name", at load and after every htmx swap.

type Start = (element: HTMLElement) => void;

const started = new WeakMap<HTMLElement, Set<string>>();
const behaviours = new Map<string, Start>();

function startIn(root: ParentNode & Node): void {
  const found = [...root.querySelectorAll<HTMLElement>("[data-component]")];
  if (root instanceof HTMLElement && root.dataset.component) found.unshift(root);
  for (const element of found) {
    for (const name of (element.dataset.component ?? "").split(/\s+/)) startOnce(element, name);
  }
}

function startOnce(element: HTMLElement, name: string): void {
  const start = behaviours.get(name);
  const done = started.get(element) ?? new Set<string>();
  if (!start || done.has(name)) return;
  started.set(element, done.add(name));
  start(element);
}

/** Says what happens to every element with data-component="name"; runs once for each. */
export function component(name: string, start: Start): void {
  behaviours.set(name, start);
  startIn(document);
}

document.addEventListener("htmx:load", (event) => {
  if (event.target instanceof HTMLElement) startIn(event.target);
});

/** For content that a script put in by itself. */
export function startComponents(root: HTMLElement): void {
  startIn(root);
}
