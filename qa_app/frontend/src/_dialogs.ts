// Dialogs: without scripts they are popovers; here the same buttons open them as modal.

function dialogOf(element: Element | null): HTMLDialogElement | null {
  const id = element?.getAttribute("popovertarget");
  const found = id ? document.getElementById(id) : null;
  return found instanceof HTMLDialogElement ? found : null;
}

export function openDialog(dialog: HTMLDialogElement): void {
  if (dialog.open) return;
  if (dialog.matches(":popover-open")) dialog.hidePopover();
  dialog.showModal();
}

function press(event: MouseEvent): void {
  const target = event.target instanceof Element ? event.target : null;
  const button = target?.closest("[popovertarget]") ?? null;
  const dialog = dialogOf(button);
  if (button && dialog) {
    event.preventDefault();
    if (button.getAttribute("popovertargetaction") === "hide") dialog.close();
    else openDialog(dialog);
  } else if (target instanceof HTMLDialogElement && target.open) {
    closeWhenOutside(target, event);
  }
}

function closeWhenOutside(dialog: HTMLDialogElement, event: MouseEvent): void {
  const box = dialog.getBoundingClientRect();
  const inside =
    event.clientX >= box.left && event.clientX <= box.right &&
    event.clientY >= box.top && event.clientY <= box.bottom;
  if (!inside && dialog.getAttribute("role") !== "alertdialog") dialog.close();
}

export function setUpDialogs(): void {
  document.addEventListener("click", press);
}
