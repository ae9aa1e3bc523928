"""A scorecard as YAML for people: what `export` prints and `load` reads back unchanged."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.representer import RoundTripRepresenter
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

from scorecards.definition import Scorecard
from scorecards.numbers import is_number, plain

_NOT_TEXT = {"", "~", "null", "true", "false", "y", "n"}


class _Representer(RoundTripRepresenter):
    """Writes numbers in their shortest plain decimal form."""


def _represent_number(representer: _Representer, value: Decimal | float) -> ScalarNode:
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    node: ScalarNode = representer.represent_scalar("tag:yaml.org,2002:float", plain(exact))
    return node


for _kind in (Decimal, float):
    _Representer.add_representer(_kind, _represent_number)


def to_yaml(scorecard: Scorecard) -> str:
    """Write a scorecard as YAML 1.2; `load(to_yaml(card)).digest == card.digest`."""
    yaml = YAML(typ="rt")
    yaml.Representer = _Representer
    yaml.width = 100
    yaml.allow_unicode = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    stream = io.StringIO()
    yaml.dump(_styled(scorecard.to_dict()), stream)
    return stream.getvalue()


def _styled(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        return _mapping(value, key)
    if isinstance(value, list):
        sequence = CommentedSeq(_styled(item) for item in value)
        if not any(isinstance(item, (dict, list)) for item in value):
            sequence.fa.set_flow_style()
        return sequence
    return _text(value) if isinstance(value, str) else value


def _mapping(value: dict[str, Any], key: str) -> CommentedMap:
    mapping = CommentedMap((name, _styled(item, name)) for name, item in value.items())
    words = [item for item in value.values() if isinstance(item, str)]
    if key == "title" and not any("\n" in word or len(word) > 40 for word in words):
        mapping.fa.set_flow_style()
    return mapping


def _text(value: str) -> object:
    """Quote what a reader of any YAML might take for something else than text."""
    if "\n" in value and _fits_literal(value):
        return LiteralScalarString(value)
    if value.lower() in _NOT_TEXT or is_number(value) or not value.isprintable():
        return DoubleQuotedScalarString(value)
    return value


def _fits_literal(value: str) -> bool:
    lines = value.split("\n")
    printable = all(line.isprintable() and line == line.rstrip() for line in lines)
    return printable and not value.startswith((" ", "\n")) and not value.endswith("\n\n")
