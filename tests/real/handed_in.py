"""The converted sets as they are handed in: a file, a folder with transcripts, one with sound."""

from __future__ import annotations

import csv
import json
import os
import shutil
from pathlib import Path

from tests.real import convert_crosswoz as crosswoz
from tests.real.convert_getgoing import getgoing_rows
from tests.real.convert_star import star_rows
from tests.real.shared_data import data_set


def write_star(folder: Path) -> Path:
    """One JSON Lines file."""
    path = folder / "star.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for row in star_rows(data_set("chats-star")):
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return path


def write_crosswoz(folder: Path) -> Path:
    """A folder: a CSV file with a byte order mark, and a transcript file for each chat."""
    made = folder / "crosswoz"
    (made / "transcripts").mkdir(parents=True)
    with (made / "chats.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, crosswoz.COLUMNS)
        writer.writeheader()
        for name, dialogue in crosswoz.crosswoz_dialogues(data_set("chats-crosswoz-zh")):
            row = crosswoz.crosswoz_row(name, dialogue)
            writer.writerow(row)
            turns = json.dumps(crosswoz.crosswoz_turns(name, dialogue), ensure_ascii=False)
            (made / row["transcript"]).write_text(turns, encoding="utf-8")
    return made


def write_getgoing(folder: Path) -> Path:
    """A folder: a JSON Lines file, and the recordings where it says."""
    made, origin = folder / "getgoing", data_set("calls-getgoing")
    made.mkdir()
    with (made / "calls.jsonl").open("w", encoding="utf-8") as file:
        for row in getgoing_rows(origin):
            file.write(json.dumps(row) + "\n")
            _lay_beside(origin / row["recording"], made / row["recording"])
    return made


def _lay_beside(origin: Path, path: Path) -> None:
    """The same file once more without its bytes where the file system can, else a copy."""
    path.parent.mkdir(parents=True)
    try:
        os.link(origin, path)
    except OSError:
        shutil.copyfile(origin, path)
