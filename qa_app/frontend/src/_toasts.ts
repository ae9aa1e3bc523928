// Short messages in the corner, read out by screen readers.
import { text } from "./_texts";

export type Tone = "info" | "good" | "warn" | "bad";

/** Shows a message; bad ones stay until they are closed. */
export function toast(message: string, tone: Tone = "info"): void {
  const region = document.getElementById("toasts");
  if (!region) return;
  if ([...region.children].some((shown) => shown.firstChild?.textContent === message)) return;
  const box = document.createElement("div");
  box.className = `toast tone-${tone}`;
  const words = document.createElement("span");
  words.textContent = message;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn btn-quiet btn-icon btn-sm";
  close.setAttribute("aria-label", text("close"));
  close.textContent = "×";
  close.addEventListener("click", () => box.remove());
  box.append(words, close);
  region.append(box);
  if (tone !== "bad") window.setTimeout(() => box.remove(), 6000);
}
