// Theme: changed at once here, kept in a cookie that the server reads for the next page.
import { component } from "./_components";

export type Theme = "auto" | "light" | "dark";

function show(theme: Theme): void {
  const root = document.documentElement;
  if (theme === "auto") delete root.dataset.bsTheme;
  else root.dataset.bsTheme = theme;
  const scheme = document.querySelector<HTMLMetaElement>('meta[name="color-scheme"]');
  if (scheme) scheme.content = theme === "auto" ? "light dark" : theme;
  document.dispatchEvent(new CustomEvent("qa:theme"));
}

function keep(theme: Theme): void {
  const secure = window.location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `qa_theme=${theme}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
}

function startSwitch(menu: HTMLElement): void {
  const buttons = [...menu.querySelectorAll<HTMLButtonElement>("button")];
  for (const pressed of buttons) {
    pressed.addEventListener("click", () => {
      show(pressed.value as Theme);
      keep(pressed.value as Theme);
      for (const button of buttons) button.setAttribute("aria-pressed", String(button === pressed));
    });
  }
}

/** The colour that a token has now, for canvases: colour("--agent-lane"). */
export function colour(token: string): string {
  const probe = document.createElement("span");
  probe.hidden = true;
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

/** Runs now and, until `signal` ends, whenever the theme changes, by the switch or by the system. */
export function onTheme(draw: () => void, signal: AbortSignal): void {
  draw();
  document.addEventListener("qa:theme", draw, { signal });
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw, { signal });
}

export function setUpTheme(): void {
  component("theme", startSwitch);
}
