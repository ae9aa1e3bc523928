"""Imports over HTTP: a file goes in, a report comes out."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
from flask.testing import FlaskClient

from qa_app.domain.people import Role
from qa_app.jobs.worker import run_pending_jobs
from qa_app.services.site import Site
from tests.factories import make_account, make_person
from tests.infrastructure.sites import SignIn

HEADER = "external_id,channel,agent,started_at,topic"
GOOD = "1,chat,E1,2026-11-18T10:00:00+08:00,delivery"
BAD = "=cmd(),chat,nobody,2026-11-18T10:00:00+08:00,delivery"


@pytest.fixture
def specialist(site: Site, client: FlaskClient, sign_in: SignIn) -> FlaskClient:
    with site.writing() as ctx:
        make_person(ctx, "E1")
        account = make_account(ctx, Role.SPECIALIST)
    sign_in(client, account)
    return client


def upload(client: FlaskClient, *lines: str, name: str = "calls.csv", **fields: str) -> str:
    """Send a file; where its import is shown."""
    file = (BytesIO("\n".join(lines).encode()), name)
    answer = client.post("/imports/new", data={"file": file, **fields})
    assert answer.status_code == 302
    return answer.headers["Location"]


def test_a_file_goes_in_and_its_report_comes_out(site: Site, specialist: FlaskClient) -> None:
    assert "No imports yet" in specialist.get("/imports/").text
    place = upload(specialist, HEADER, GOOD, BAD, source="north")
    waiting = specialist.get(place)
    assert "Waiting" in waiting.text
    assert f'hx-get="{place}/progress"' in waiting.text
    assert "HX-Refresh" not in specialist.get(f"{place}/progress").headers
    run_pending_jobs(site)
    assert specialist.get(f"{place}/progress").headers["HX-Refresh"] == "true"
    report = specialist.get(place).text
    assert "calls.csv:3" in report
    assert "There is nobody with the employee number nobody." in report
    assert "north" in report
    assert "calls.csv" in specialist.get("/imports/").text


def test_the_report_speaks_the_readers_language(site: Site, specialist: FlaskClient) -> None:
    place = upload(specialist, HEADER, GOOD, BAD)
    run_pending_jobs(site)
    page = specialist.get(place, headers={"Accept-Language": "zh-CN"}).text
    assert "没有工号为 nobody 的人员。" in page


def test_the_problems_download_holds_no_formula(site: Site, specialist: FlaskClient) -> None:
    place = upload(specialist, HEADER, GOOD, name="=1+1.csv", source="x")
    again = upload(specialist, HEADER, "1,fax,E1,x", name="=2+2.csv")
    run_pending_jobs(site)
    assert specialist.get(place).status_code == 200
    answer = specialist.get(f"{again}/problems")
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert "attachment" in answer.headers["Content-Disposition"]
    lines = answer.text.lstrip("\ufeff").splitlines()
    assert lines[0] == "Kind,Where,Reason"
    assert lines[1].startswith("Rejected row,'=2+2.csv:2,")


def test_problems_are_paged(site: Site, specialist: FlaskClient) -> None:
    place = upload(specialist, HEADER, *(f"{n},fax,E1,x,t" for n in range(120)))
    run_pending_jobs(site)
    first = specialist.get(place).text
    assert "calls.csv:51" in first
    assert "calls.csv:52" not in first
    after = first.partition("after=")[2].partition('"')[0]
    assert "calls.csv:52" in specialist.get(f"{place}?after={after}").text


def test_a_form_without_a_file_or_with_a_bad_source_is_shown_again(specialist: FlaskClient) -> None:
    assert "Choose a file." in specialist.post("/imports/new", data={}).text
    file = (BytesIO(b"x"), "a.csv")
    answer = specialist.post("/imports/new", data={"file": file, "source": "Not Good"})
    assert answer.status_code == 422
    assert "small letters" in answer.text
    empty = specialist.post("/imports/new", data={"file": (BytesIO(b""), "a.csv")})
    assert empty.status_code == 422


def test_a_failed_import_says_why_and_can_be_tried_again(
    site: Site, specialist: FlaskClient
) -> None:
    place = upload(specialist, "name,age", "x,1", name="odd.csv")
    run_pending_jobs(site)
    page = specialist.get(place).text
    assert "The import stopped" in page
    assert "odd.csv:1" in page
    assert "Try again" in page
    job = specialist.get("/jobs/?state=failed")
    assert "Import of conversations" in job.text
    assert "odd.csv:1" in job.text
    retried = specialist.post("/jobs/1/retry", data={"next": place}, follow_redirects=True)
    assert "Waiting" in retried.text


def test_a_waiting_job_can_be_cancelled_once(site: Site, specialist: FlaskClient) -> None:
    place = upload(specialist, HEADER, GOOD)
    assert "Cancel this job?" in specialist.get("/jobs/").text
    answer = specialist.post("/jobs/1/cancel", data={"next": "https://example.com/"})
    assert answer.headers["Location"] == "/"
    assert "Cancelled" in specialist.get(place).text
    assert run_pending_jobs(site) == 0
    again = specialist.post("/jobs/1/cancel", follow_redirects=True)
    assert "cannot cancel" in again.text


@pytest.mark.parametrize(
    ("role", "imports", "jobs"),
    [
        (Role.ADMIN, 200, 200),
        (Role.SPECIALIST, 200, 200),
        (Role.MANAGER, 403, 200),
        (Role.LEAD, 403, 403),
        (Role.AGENT, 403, 403),
        (Role.HR, 403, 403),
    ],
)
def test_roles_open_what_is_theirs(
    site: Site, client: FlaskClient, sign_in: SignIn, role: Role, imports: int, jobs: int
) -> None:
    with site.writing() as ctx:
        account = make_account(ctx, role)
    sign_in(client, account)
    assert client.get("/imports/").status_code == imports
    assert client.get("/imports/new").status_code == imports
    assert client.get("/jobs/").status_code == jobs
    may_manage = role in (Role.ADMIN, Role.SPECIALIST)
    cancelled = client.post("/jobs/999/cancel")
    assert cancelled.status_code == (302 if may_manage else 403)
    assert client.get("/imports/999").status_code == (404 if imports == 200 else 403)


def test_json_lines_from_a_spreadsheet_name_are_read_by_content(
    site: Site, specialist: FlaskClient
) -> None:
    row = {"external_id": "1", "channel": "chat", "agent": "E1", "started_at": "2026-11-18T10:00"}
    place = upload(specialist, json.dumps(row), name="calls.xlsx")
    run_pending_jobs(site)
    assert "Every row was taken." in specialist.get(place).text
