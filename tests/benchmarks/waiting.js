// From Ctrl+Enter to the next desk: its first question in focus, its waveform drawn, the frame done.
(() => {
  const now = () => performance.timeOrigin + performance.now();
  const address = () => document.querySelector("form[data-submit-url]")?.dataset.submitUrl ?? location.href;
  const isReady = () => {
    if (!document.querySelector("form[data-submit-url]")) return document.body?.textContent !== "";
    const player = document.querySelector(".player");
    const isDrawn = !player || player.dataset.drawn !== undefined;
    return isDrawn && document.activeElement?.closest("[data-question]") !== null;
  };
  addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.ctrlKey) return;
    const at = performance.timeOrigin + event.timeStamp;
    sessionStorage.setItem("sent", JSON.stringify([at, address()]));
    sessionStorage.removeItem("waited");
  }, true);
  const look = () => {
    const [at, from] = JSON.parse(sessionStorage.getItem("sent") ?? "[null]");
    if (at !== null && address() !== from && isReady()) {
      sessionStorage.removeItem("sent");
      setTimeout(() => sessionStorage.setItem("waited", String(now() - at)));
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();
