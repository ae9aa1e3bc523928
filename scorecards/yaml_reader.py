"""YAML 1.2 text into nodes, through ruamel's parser; bounded in depth and number of values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from ruamel.yaml.docinfo import DocInfo
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
)
from ruamel.yaml.parser import Parser
from ruamel.yaml.reader import Reader
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.scanner import Scanner
from ruamel.yaml.tokens import ScalarToken

from scorecards.nodes import (
    MAX_DEPTH,
    MAX_EVENTS,
    MAX_NODES,
    MAX_QUESTIONS,
    Fault,
    Node,
    Refused,
    key_fault,
    number_fault,
    text_fault,
    too_complex,
    too_deep,
    too_many_questions,
)
from scorecards.numbers import NumberOutOfRange, is_number, read_number

_CORE = "tag:yaml.org,2002:"
_NULLS = {"", "~", "null", "Null", "NULL"}
_BOOLEANS = {"true": True, "True": True, "TRUE": True}
_BOOLEANS |= {"false": False, "False": False, "FALSE": False}
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)\Z|\.(nan|NaN|NAN)\Z")
_BLANKS = re.compile(r"[ ]*")
_FLOW_BLANKS = re.compile(r"[ \t]*")
_FLOW_WORD = re.compile(r"[\w.+][\w.+-]*(?=[,\]}]|: )")
_BLOCK_WORDS = re.compile(r"\w[\w.+-]*(?: [\w.+-]+)*(?=\n(?P<indent> *)[^\s#])")
_BLOCK_KEY = re.compile(r"[\w][\w.+-]*(?=:[ \n])")
_LINE_REST = re.compile(r"[^\0\r\n\x85\u2028\u2029]*")


class _Mark(NamedTuple):
    """A place in the text, as far as anyone here asks."""

    line: int


class _Reader(Reader):
    """Ruamel's reader, moving over whole stretches instead of single characters."""

    def forward(self, length: int = 1) -> None:
        if "\n" in (passed := self.buffer[self.pointer : self.pointer + length]) or (
            "\r" in passed or "\ufeff" in passed
        ):
            super().forward(length)
        else:
            self.pointer += length
            self.index += length
            self.column += length

    def get_mark(self) -> _Mark:
        return _Mark(self.line)


class _Scanner(Scanner):
    """Ruamel's scanner without its look-ups of a reader that is the same object."""

    reader: Any = None
    scanner: Any = None

    def check_token(self, *choices: Any) -> bool:
        if not self.tokens or self.possible_simple_keys:
            while self.need_more_tokens():
                self.fetch_more_tokens()
        return bool(self.tokens) and (not choices or isinstance(self.tokens[0], choices))

    def need_more_tokens(self) -> bool:
        if self.tokens and not self.possible_simple_keys:
            return False
        return bool(super().need_more_tokens())

    def stale_possible_simple_keys(self) -> None:
        if not self.possible_simple_keys:
            return
        line, oldest = self.reader.line, self.reader.index - 1024
        for key in self.possible_simple_keys.values():
            if key.line != line or key.index < oldest:
                super().stale_possible_simple_keys()
                break

    def scan_plain(self) -> Any:
        this: Any = self
        found = self._plain_word()
        if found is None:
            return super().scan_plain()
        mark = this.get_mark()
        self.allow_simple_key = False
        this.forward(found.end() - this.pointer)
        return ScalarToken(found.group(), True, mark, mark)

    def _plain_word(self) -> re.Match[str] | None:
        """Find the everyday scalar: words on one line whose end is beyond doubt."""
        this: Any = self
        if self.flow_context:
            return _FLOW_WORD.match(this.buffer, this.pointer)
        found = _BLOCK_WORDS.match(this.buffer, this.pointer)
        if found and len(found["indent"]) <= self.indent:
            return found
        return _BLOCK_KEY.match(this.buffer, this.pointer)

    def scan_to_next_token(self) -> Any:
        this: Any = self
        if this.index == 0 and this.peek() == "\ufeff":
            this.forward()
        blanks = _FLOW_BLANKS if self.flow_context else _BLANKS
        while True:
            self._skip(blanks)
            if this.peek() == "#":
                self._skip(_LINE_REST)
            if not self.scan_line_break():
                return None
            if not self.flow_context:
                self.allow_simple_key = True

    def _skip(self, pattern: re.Pattern[str]) -> None:
        this: Any = self
        found = pattern.match(this.buffer, this.pointer)
        if found and (length := found.end() - this.pointer):
            this.forward(length)


class _Events(_Reader, _Scanner, Parser, VersionedResolver):
    """A source of parse events over one text."""

    def __init__(self, text: str) -> None:
        self.comment_handling = None
        self.doc_infos = [DocInfo()]
        self.reader = self.scanner = self
        _Reader.__init__(self, text, loader=self)
        _Scanner.__init__(self, loader=self)
        Parser.__init__(self, loader=self)
        VersionedResolver.__init__(self, None, loader=self)


@dataclass(slots=True)
class _Frame:
    """A collection that is still open."""

    node: Node
    anchor: str | None
    is_map: bool
    place: str
    key: Node | None = None


def read_yaml(text: str) -> Node:
    """Read one YAML document; raises Refused where there is no way to read it."""
    try:
        return _Composer().compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = " ".join(str(part) for part in (error.context, error.problem) if part)
        raise Refused("syntax", message, mark.line + 1 if mark else None) from None
    except YAMLError as error:
        raise Refused("syntax", str(error).splitlines()[0][:200]) from None
    except (ValueError, OverflowError, IndexError, AssertionError, AttributeError, TypeError):
        raise Refused("syntax", "this is no YAML that can be read") from None


class _Composer:
    """Builds nodes from events with a stack of its own, so that depth is a number, not a crash."""

    def __init__(self) -> None:
        self.frames: list[_Frame] = []
        self.anchors: dict[str, Node | None] = {}
        self.root: Node | None = None
        self.questions = 0
        self.documents = 0

    def compose(self, text: str) -> Node:
        events = _Events(text)
        taken = 0
        while events.check_event():
            taken += 1
            if taken > MAX_EVENTS:
                raise too_complex()
            self.take(events.get_event())
        if self.root is None:
            raise Refused("empty", "the definition is empty")
        return self.root

    def take(self, event: Any) -> None:
        if isinstance(event, ScalarEvent):
            self.finish(_scalar(event), event.anchor)
        elif isinstance(event, (MappingStartEvent, SequenceStartEvent)):
            self.enter(event)
        elif isinstance(event, CollectionEndEvent):
            frame = self.frames.pop()
            self.finish(frame.node, frame.anchor)
        elif isinstance(event, AliasEvent):
            self.alias(event)
        elif isinstance(event, DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                line = event.start_mark.line + 1
                raise Refused("syntax", "holds more than one document", line)

    def enter(self, event: MappingStartEvent | SequenceStartEvent) -> None:
        line = event.start_mark.line + 1
        if len(self.frames) >= MAX_DEPTH:
            raise too_deep(line)
        is_map = isinstance(event, MappingStartEvent)
        node = Node({} if is_map else [], line)
        tag = event.tag
        if tag not in {None, "!", _CORE + ("map" if is_map else "seq")}:
            node.faults.append(_tag_fault(line))
        if event.anchor:
            self.anchors[event.anchor] = None
        self.frames.append(_Frame(node, event.anchor, is_map, self.place()))

    def place(self) -> str:
        """Say where the next value stands, as far as counting questions needs to know."""
        if not self.frames:
            return "form"
        frame = self.frames[-1]
        if not frame.is_map:
            return frame.place.removesuffix("s")
        word = frame.key.value if frame.key else None
        known = {("form", "sections"): "sections", ("section", "questions"): "questions"}
        return known.get((frame.place, word if isinstance(word, str) else ""), "")

    def alias(self, event: AliasEvent) -> None:
        line = event.start_mark.line + 1
        if event.anchor not in self.anchors:
            raise Refused("bad_alias", "an alias names an anchor that doesn't exist", line)
        node = self.anchors[event.anchor]
        if node is None:
            raise Refused("bad_alias", "an alias holds itself", line)
        if len(self.frames) + node.depth > MAX_DEPTH:
            raise too_deep(line)
        self.finish(node, None)

    def finish(self, node: Node, anchor: str | None) -> None:
        if node.size > MAX_NODES:
            raise too_complex()
        if anchor:
            self.anchors[anchor] = node
        if not self.frames:
            self.root = node
            return
        frame = self.frames[-1]
        frame.node.size += node.size
        frame.node.depth = max(frame.node.depth, node.depth + 1)
        if not frame.is_map:
            self.count(frame, node)
            frame.node.value.append(node)
        elif frame.key is None:
            frame.key = node
        else:
            _put(frame.node, frame.key, node)
            frame.key = None

    def count(self, frame: _Frame, node: Node) -> None:
        if frame.place == "questions":
            self.questions += 1
            if self.questions > MAX_QUESTIONS:
                raise too_many_questions(node.line)


def _put(mapping: Node, key: Node, value: Node) -> None:
    word = key.value
    if not isinstance(word, str):
        mapping.faults.append(key_fault(key.line))
    elif key.faults:
        mapping.faults.append(Fault(key.faults[0].code, key.faults[0].message, key.line))
    elif word in mapping.value:
        fault = Fault("duplicate_key", "the key is given twice", key.line, word)
        mapping.faults.append(fault)
    else:
        mapping.value[word] = value
        mapping.key_lines[word] = key.line


def _scalar(event: ScalarEvent) -> Node:
    line = event.start_mark.line + 1
    text: str = event.value
    tag = event.tag
    if tag not in {None, "!", _CORE + "str"}:
        return Node(None, line, faults=[_tag_fault(line)])
    if event.implicit[0] and tag is None:
        return _plain(text, line)
    fault = text_fault(text)
    return Node(text, line, faults=[fault] if fault else [])


def _plain(text: str, line: int) -> Node:
    """Resolve an unquoted scalar by the core schema of YAML 1.2 (§10.3)."""
    if text in _NULLS:
        return Node(None, line)
    if text in _BOOLEANS:
        return Node(_BOOLEANS[text], line)
    if _NOT_FINITE.match(text):
        return Node(None, line, faults=[number_fault()])
    if is_number(text):
        try:
            return Node(read_number(text), line)
        except NumberOutOfRange:
            return Node(None, line, faults=[number_fault()])
    fault = text_fault(text)
    return Node(text, line, faults=[fault] if fault else [])


def _tag_fault(line: int) -> Fault:
    return Fault("bad_tag", "tags have no meaning in a definition", line)
