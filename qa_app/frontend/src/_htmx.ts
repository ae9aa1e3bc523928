// htmx: token on every request, one loading line, failures said in words.
import htmx from "htmx.org";
import { csrfToken } from "./_server";
import { text } from "./_texts";
import { toast } from "./_toasts";

let underWay = 0;

function quiet(event: Event): boolean {
  return event.target instanceof Element && event.target.closest("[data-quiet]") !== null;
}

function count(change: number): void {
  underWay = Math.max(0, underWay + change);
  document.documentElement.classList.toggle("is-loading", underWay > 0);
}

function messageFor(status: number): string {
  return text(status === 401 ? "signedOut" : "requestFailed");
}

export function setUpHtmx(): void {
  Object.assign(htmx.config, {
    allowEval: false,
    includeIndicatorStyles: false,
    historyCacheSize: 0,
    refreshOnHistoryMiss: true,
    selfRequestsOnly: true,
  });
  document.addEventListener("qa:shown", (event) => htmx.process(event.target as Element));
  document.addEventListener("htmx:configRequest", (event) => {
    const { detail } = event as CustomEvent<{ headers: Record<string, string> }>;
    detail.headers["X-CSRFToken"] = csrfToken();
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!quiet(event)) count(1);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!quiet(event)) count(-1);
  });
  document.addEventListener("htmx:responseError", (event) => {
    const { detail } = event as CustomEvent<{ xhr: XMLHttpRequest }>;
    if (!quiet(event)) toast(messageFor(detail.xhr.status), "bad");
  });
  document.addEventListener("htmx:sendError", (event) => {
    if (!quiet(event)) toast(text("noConnection"), "bad");
  });
}
