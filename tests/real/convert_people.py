"""The people of all sets as one people file: agents, their teams, a lead for each team.

Rules: worker ids of chats-star fall into three teams by their first two digits modulo 3; every
other set is a team. Leads get accounts, with one-time passwords. Agents of vCons are numbered
V01.. by e-mail; the even ones are listed with their e-mail, the odd ones by name alone, so that
both ways of matching are used.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

from tests.real.convert_crosswoz import crosswoz_agent, crosswoz_dialogues
from tests.real.convert_getgoing import AGENTS
from tests.real.convert_star import star_agent, star_dialogues
from tests.real.shared_data import data_set

COLUMNS = ("employee_no", "name", "team", "lead", "from", "email", "login")
SINCE = "2020-01-01"
TEAMS = ("Star 1", "Star 2", "Star 3", "旅行组", "Transit", "Phones")
LEADS = ("lead1", "lead2", "lead3", "lead-zh", "lead-transit", "lead-phones")

PersonCells = dict[str, str]


def people() -> list[PersonCells]:
    """Every row of the people file."""
    rows = [*_leads(), *_star(), *_crosswoz(), *_getgoing(), *_vcon()]
    return [dict.fromkeys(COLUMNS, "") | row | {"from": SINCE} for row in rows]


def write_people(path: Path) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(people())
    return path


def vcon_agents(folder: Path) -> list[tuple[str, str]]:
    """(e-mail, name) of every agent, in order of e-mail."""
    found = set()
    for path in folder.glob("*.vcon.json"):
        for party in json.loads(path.read_text(encoding="utf-8"))["parties"]:
            if party["meta"]["role"] == "agent":
                found.add((party["mailto"], party["name"]))
    return sorted(found)


def _leads() -> Iterator[PersonCells]:
    for number, (team, login) in enumerate(zip(TEAMS, LEADS, strict=True), start=1):
        yield _person(f"L{number}", f"Lead of {team}", team) | {"lead": "yes", "login": login}


def _star() -> Iterator[PersonCells]:
    workers = {d["AnonymizedWizardWorkerID"] for d in star_dialogues(data_set("chats-star"))}
    for worker in sorted(workers):
        team = TEAMS[int(worker[:2], 16) % 3]
        yield _person(star_agent(worker), f"Agent {worker[:8]}", team)


def _crosswoz() -> Iterator[PersonCells]:
    dialogues = crosswoz_dialogues(data_set("chats-crosswoz-zh"))
    for worker in sorted({dialogue["sys-usr"][0] for _, dialogue in dialogues}):
        number = crosswoz_agent(worker)
        yield _person(number, f"客服 {worker:03d}", "旅行组")


def _getgoing() -> Iterator[PersonCells]:
    for number in range(1, AGENTS + 1):
        yield _person(f"G{number}", f"GetGoing {number}", "Transit")


def _vcon() -> Iterator[PersonCells]:
    agents = vcon_agents(data_set("calls-vcon-synthetic"))
    for number, (email, name) in enumerate(agents, start=1):
        row = _person(f"V{number:02d}", name, "Phones")
        yield row if number % 2 else row | {"email": email.upper()}


def _person(employee_no: str, name: str, team: str) -> PersonCells:
    return {"employee_no": employee_no, "name": name, "team": team}
