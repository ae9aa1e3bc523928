"""The JSON schema of a definition, for editors; `scorecard.schema.json` is made from it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from scorecards.definition import Scorecard

SCHEMA_FILE = Path(__file__).with_name("scorecard.schema.json")


def json_schema() -> dict[str, Any]:
    """Return the JSON schema (draft 2020-12) of a definition as it may be written."""
    schema = Scorecard.model_json_schema(by_alias=True, mode="validation")
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "Scorecard"
    return schema


def schema_text() -> str:
    """Return the content that the schema file should have."""
    return json.dumps(json_schema(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def write_schema() -> None:
    """Bring the schema file up to date."""
    SCHEMA_FILE.write_text(schema_text(), encoding="utf-8")
