// A form is sent once: its buttons wait until the page answers or comes back.

function release(form: HTMLFormElement): void {
  form.removeAttribute("aria-busy");
  for (const button of form.querySelectorAll<HTMLButtonElement>("button.is-busy")) {
    button.classList.remove("is-busy");
  }
}

function hold(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement;
  if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("data-repeatable")) return;
  if (form.getAttribute("aria-busy") === "true") {
    event.preventDefault();
    return;
  }
  form.setAttribute("aria-busy", "true");
  event.submitter?.classList.add("is-busy");
}

export function setUpSubmit(): void {
  document.addEventListener("submit", hold);
  window.addEventListener("pageshow", () => {
    for (const form of document.forms) release(form);
  });
}
