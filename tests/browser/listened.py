"""What a screen reader is told of a page: live parts, the focus, how marks stand out."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

LIVE = "[role=status], [role=alert], output, [aria-live]"
LISTEN = """(live) => {
  window.told = [];
  const tell = (part) => {
    const quiet = part.closest("[aria-live]")?.ariaLive === "off" || part.closest("[hidden]");
    const words = part.textContent.trim();
    if (!quiet && words) window.told.push(words);
  };
  const changed = (records) => {
    const parts = records.map(({ target }) => (target.closest ? target : target.parentElement));
    for (const part of new Set(parts.map((one) => one?.closest(live)).filter(Boolean))) tell(part);
  };
  new MutationObserver(changed).observe(document.body,
    { childList: true, characterData: true, subtree: true });
}"""
FOCUS = """() => {
  const e = document.activeElement;
  const shown = e.matches(".choice > input") ? e.nextElementSibling : e;
  const part = e.closest(".choice") ?? e;
  const box = part.getBoundingClientRect(), look = getComputedStyle(shown);
  const middle = [box.x + box.width / 2, box.y + Math.min(box.height / 2, 20)];
  const top = document.elementFromPoint(...middle);
  return {
    page: e === document.body,
    words: (e.ariaLabel || e.name || e.textContent).trim().slice(0, 60),
    ring: (look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2)
      || look.boxShadow.includes("inset"),
    seen: !!top && (part.contains(top) || top.contains(part)),
  };
}"""
CONTRAST = """(pairs) => {
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const light = (token) => {
    const probe = document.createElement("i");
    probe.style.color = `var(${token})`;
    document.body.append(probe);
    pen.fillStyle = getComputedStyle(probe).color;
    probe.remove();
    pen.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3).map((one) => one / 255)
      .map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
  };
  return pairs.map(([ink, ground]) => {
    const [one, other] = [light(ink), light(ground)];
    return [ink, ground, Math.max(one, other) / Math.min(one, other)];
  });
}"""


def listen(page: Page) -> None:
    """From here on, `told` knows what the live parts of the page said."""
    page.evaluate(LISTEN, LIVE)


def told(page: Page) -> list[str]:
    said: list[str] = page.evaluate("window.told.splice(0)")
    return said


def focus(page: Page) -> dict[str, Any]:
    """What has the focus: its words, whether a ring is drawn, whether anything lies over it."""
    found: dict[str, Any] = page.evaluate(FOCUS)
    return found


def too_faint(page: Page, pairs: list[tuple[str, str]], least: float = 3) -> list[str]:
    """Pairs of colour tokens (ink, ground) of the page's theme below a contrast."""
    found = page.evaluate(CONTRAST, pairs)
    return [f"{ink} on {ground}: {ratio:.2f}" for ink, ground, ratio in found if ratio < least]
