// Counts what a grader waits for: from Ctrl+Enter to the next question, from space to the sound.
(() => {
  const note = (name, value) => sessionStorage.setItem(name, JSON.stringify(value));
  const noted = (name) => JSON.parse(sessionStorage.getItem(name) ?? "null");
  const add = (name, value) => note(name, [...(noted(name) ?? []), value]);
  const form = () => document.querySelector("form[data-submit-url]");
  addEventListener("keydown", (event) => {
    note("keys", (noted("keys") ?? 0) + 1);
    if (event.key === "Enter" && event.ctrlKey) note("sent", [Date.now(), form()?.dataset.submitUrl]);
    if (event.key === " " && document.querySelector("audio")?.paused) note("asked", Date.now());
  }, true);
  document.addEventListener("playing", () => {
    const asked = noted("asked");
    if (asked !== null) add("sound", Date.now() - asked);
    sessionStorage.removeItem("asked");
  }, true);
  const look = () => {
    const [at, from] = noted("sent") ?? [null, null];
    const now = form()?.dataset.submitUrl;
    if (at !== null && now && now !== from && document.activeElement?.closest("[data-question]")) {
      add("next", Date.now() - at);
      sessionStorage.removeItem("sent");
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();
