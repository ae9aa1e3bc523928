// The flag dialog posts without leaving the desk.
import { send } from "./_server";
import { text } from "./_texts";
import { toast } from "./_toasts";

interface Answer {
  message?: string;
  error?: { message: string };
  problems?: { message: string }[];
}

export function startFlag(): void {
  const form = document.querySelector<HTMLFormElement>("[data-flag-form]");
  const dialog = document.getElementById("flag") as HTMLDialogElement | null;
  const problem = form?.querySelector<HTMLElement>("[data-flag-problem]");
  if (!form || !dialog || !problem) return;

  async function raise(): Promise<void> {
    const headers = { Accept: "application/json" };
    const body = new FormData(form as HTMLFormElement);
    const answer = await send((form as HTMLFormElement).action, { method: "POST", body, headers });
    const words = (await answer.json()) as Answer;
    if (answer.ok) {
      form?.reset();
      dialog?.close();
      toast(words.message ?? "", "good");
    } else {
      say(words.problems?.map(({ message }) => message).join(" ") || words.error?.message || "");
    }
  }

  function say(words: string): void {
    (problem as HTMLElement).textContent = words || text("flagFailed");
    (problem as HTMLElement).hidden = false;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    problem.hidden = true;
    raise().catch(() => say(""));
  });
}
