"""Snippets of the demo department, written for it."""

from __future__ import annotations

from qa_app.domain.snippets import SnippetText
from qa_app.security.context import Context
from qa_app.services.snippets import add_snippet

# Title, text, channel, question that it is bound to.
SNIPPETS = (
    ("开场：未报工号", "{agent}，开场没有报工号，请按规范说完整。", "call", "greeting"),
    ("核实：漏核信息", "办理前没有核实客户身份，应先核对姓名和手机尾号。", "", "identity"),
    ("等待：没有告知", "{time} 处让客户等待，没有说明原因和时长。", "call", "no_hold"),
    ("共情：先回应情绪", "客户已经着急，先回应感受，再说处理办法。", "", "listening"),
    ("方案：讲清时限", "给出方案时请说明何时完成、由谁跟进。", "", ""),
    ("表扬：处理到位", "问题一次解决，说明清楚，语气亲切，值得保持。", "", ""),
    ("Chat: long silence", "The customer waited without a word; say you are back.", "chat", ""),
    ("Chat: copied answer", "The prepared answer misses the question; adapt it.", "chat", ""),
    ("Closing: no summary", "Sum up what was agreed before saying goodbye.", "", "closing"),
    ("Praise: clear steps", "Clear steps, one at a time, each checked. Well done.", "", ""),
)


def make_snippets(ctx: Context) -> None:
    """Keep the department's snippets."""
    for parts in SNIPPETS:
        add_snippet(ctx, SnippetText(*parts))
