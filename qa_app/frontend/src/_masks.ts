// Hides the marked span of a sound from others, and lets hidden ones be heard again.
import { openDialog } from "./_dialogs";
import { clock, type Span } from "./_player";
import { send } from "./_server";
import { toast } from "./_toasts";

/** What is needed of a player: the span that is marked in it. */
export interface HasSpan {
  readonly span: Span | null;
}

interface Answer {
  message?: string;
  error?: { message: string };
  problems?: { message: string }[];
}

export interface Masks {
  open(): void;
}

/** Fills the dialog with the marked span whenever it opens; none where the page has no dialog. */
export function startMasks(player: HasSpan | null, signal: AbortSignal): Masks | null {
  const dialog = document.getElementById("masks") as HTMLDialogElement | null;
  if (!dialog) return null;

  function field(name: string): HTMLInputElement {
    return dialog?.querySelector(`#mask-${name}`) as HTMLInputElement;
  }

  function fill(): void {
    if (!player?.span) return;
    field("from").value = clock(player.span.from);
    field("to").value = clock(player.span.to + 99);
  }

  function open(): void {
    fill();
    openDialog(dialog as HTMLDialogElement);
    (player?.span ? field("reason") : field("from")).focus();
  }

  const press = (event: Event): void => {
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest('[popovertarget="masks"]:not([data-close-dialog])')) fill();
  };
  document.addEventListener("click", press, { signal });
  dialog.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.matches("[data-mask-form]")) return;
    event.preventDefault();
    void post(form);
  });
  return { open };
}

async function post(form: HTMLFormElement): Promise<void> {
  const problem = form.querySelector<HTMLElement>("[data-mask-problem]");
  const headers = { Accept: "application/json" };
  const answer = await send(form.action, { method: "POST", body: new FormData(form), headers });
  const words = (await answer.json()) as Answer;
  if (answer.ok) {
    form.reset();
    if (problem) problem.hidden = true;
    toast(words.message ?? "", "good");
    document.querySelector("[data-mask-list]")?.dispatchEvent(new CustomEvent("masks-changed"));
  } else if (problem) {
    const several = words.problems?.map(({ message }) => message).join(" ");
    problem.textContent = several || words.error?.message || "";
    problem.hidden = false;
  }
}
