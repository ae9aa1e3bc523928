"""Publishing forms."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from qa_app.domain.errors import InvalidInput, NotAllowed, NotFound
from qa_app.queries.scorecards import (
    load_version,
    newest_version,
    scorecard_list,
    scorecard_version,
    source_of,
    version_list,
)
from qa_app.services.scorecards import publish_scorecard
from qa_app.services.site import Site
from tests.factories import make_agent, make_specialist
from tests.factories.grading import actor_for
from tests.factories.sampling import form_text


def test_the_same_content_again_is_the_same_version(site: Site) -> None:
    with site.writing() as ctx:
        first = publish_scorecard(ctx, form_text("form"))
        again = publish_scorecard(ctx, form_text("form") + "\n# a remark\n")
        other = publish_scorecard(ctx, form_text("form", extra="full_marks: 50"))
        assert (first.version, again.version, other.version) == (1, 1, 2)
        assert again.id == first.id
        assert newest_version(ctx, "form").version == 2
        assert [row.version for row in version_list(ctx, "form")] == [2, 1]
        assert [row.slug for row in scorecard_list(ctx)] == ["form"]


def test_the_digest_is_that_of_the_stored_canonical_json(site: Site) -> None:
    with site.writing() as ctx:
        version = publish_scorecard(ctx, form_text("form"))
        assert hashlib.sha256(version.definition.encode()).hexdigest() == version.digest
        assert load_version(ctx, version.id).digest == version.digest
        assert load_version(ctx, version.id) is load_version(ctx, version.id)


def test_the_source_is_kept_as_it_was_written(site: Site, tmp_path: Path) -> None:
    path = tmp_path / "form.yaml"
    path.write_bytes(b"\xef\xbb\xbf# by hand\n" + form_text("form").encode())
    with site.writing() as ctx:
        publish_scorecard(ctx, path)
        assert source_of(ctx, "form").startswith("# by hand\n")


def test_a_wrong_form_is_refused_with_every_error_and_its_line(site: Site) -> None:
    wrong = form_text("form").replace("yes_no", "yesno").replace("points: 5", "points: -5")
    with site.writing() as ctx, pytest.raises(InvalidInput) as refusal:
        publish_scorecard(ctx, wrong)
    assert [problem.code for problem in refusal.value.problems] == ["unknown_type", "not_positive"]
    assert refusal.value.problems[0].where == "10: sections[0].questions[0].type"


def test_agents_read_the_form_in_force_only(site: Site) -> None:
    with site.writing() as ctx:
        publish_scorecard(ctx, form_text("form"))
        publish_scorecard(ctx, form_text("form", extra="full_marks: 50"))
        agent = actor_for(make_agent(ctx)[1])
        specialist = actor_for(make_specialist(ctx))
    with site.reading(specialist) as ctx:
        assert scorecard_version(ctx, "form", 1).version == 1
    with site.reading(agent) as ctx:
        assert scorecard_version(ctx, "form").version == 2
        assert [row.version for row in version_list(ctx, "form")] == [2]
        with pytest.raises(NotFound):
            scorecard_version(ctx, "form", 1)
        with pytest.raises(NotAllowed):
            publish_scorecard(ctx, form_text("form"))


def test_publishing_leaves_an_audit_entry(site: Site) -> None:
    from qa_app.queries.audit import audit_page

    with site.writing() as ctx:
        publish_scorecard(ctx, form_text("form"))
    with site.reading() as ctx:
        (entry,) = audit_page(ctx)
    assert (entry.action, entry.subject_id) == ("scorecard.published", "form")
