"""Who gets what answer from every page, by role and by whose thing it is (handbook 3 §2).

The agent is anna. She and ben are in team A, whose lead is the lead; carl is in team B. So `anna`
is the agent's own thing, `ben` that of a colleague, `carl` that of another team, and `lead` the
lead's own; `missing` there is not. A state may stand before the name: `draft anna` is not released
yet, `bare anna` was never drawn, `other anna` is somebody else's assignment.

`+`: something is changed. Without it nothing is, whatever the answer. `in`: sent to sign in.
"""

from __future__ import annotations

from dataclasses import dataclass

ROLES = ("specialist", "lead", "agent", "manager", "hr", "admin", "nobody")
TABLE = """
#                        thing             spec lead agent man  hr   admin nobody
GET  accounts.index                            403  403  403  403  403  200  in
POST accounts.create                           403  403  403  403  403  200+ in
POST accounts.disable        ben               403  403  403  403  403  302+ in
POST accounts.disable        missing           403  403  403  403  403  404  in
POST accounts.enable         ben               403  403  403  403  403  302+ in
POST accounts.enable         missing           403  403  403  403  403  404  in
GET  accounts.password                         200  200  200  200  200  200  in
POST accounts.password                         302+ 302+ 302+ 302+ 302+ 302+ in
POST accounts.set_locale                       302+ 302+ 302+ 302+ 302+ 302+ 302
GET  accounts.sign_in                          302  302  302  302  302  302  200
POST accounts.sign_in                          302  302  302  302  302  302  302+
POST accounts.sign_out                         in+  in+  in+  in+  in+  in+  in

GET  api_evaluations.evaluation anna           200  200  200  200  403  403  401
GET  api_evaluations.evaluation ben            200  200  404  200  403  403  401
GET  api_evaluations.evaluation carl           200  404  404  200  403  403  401
GET  api_evaluations.evaluation lead           200  404  404  200  403  403  401
GET  api_evaluations.evaluation draft anna     404  404  404  404  403  403  401
GET  api_evaluations.evaluation missing        404  404  404  404  403  403  401
GET  api_figures.figures     closed            200  200  200  200  200  403  401
GET  api_figures.figures     published         200  200  200  200  404  403  401
GET  api_figures.figures     running           200  200  200  200  404  403  401

GET  assets                  missing           404  404  404  404  404  404  404

GET  audit.index                               403  403  403  200  403  200  in
POST audit.verify                              403  403  403  302  403  302  in

GET  conversations.index                       200  200  200  200  403  403  in
GET  conversations.show      anna              200  200  200  200  403  403  in
GET  conversations.show      ben               200  200  404  200  403  403  in
GET  conversations.show      carl              200  404  404  200  403  403  in
GET  conversations.show      lead              200  404  404  200  403  403  in
GET  conversations.show      bare anna         200  200  404  200  403  403  in
GET  conversations.show      draft anna        200  200  404  200  403  403  in
GET  conversations.show      bare carl         200  404  404  200  403  403  in
GET  conversations.show      missing           404  404  404  404  403  403  in
POST conversations.unmask    anna              303+ 303+ 403  303+ 403  403  in
POST conversations.unmask    ben               303+ 303+ 403  303+ 403  403  in
POST conversations.unmask    carl              303+ 404  403  303+ 403  403  in
POST conversations.unmask    lead              303+ 404  403  303+ 403  403  in
POST conversations.unmask    bare anna         303+ 303+ 403  303+ 403  403  in
POST conversations.unmask    missing           404  404  403  404  403  403  in

GET  desk.show                                 200  200  200  200  200  200  in

GET  evaluations.index                         200  200  302  200  403  403  in
GET  evaluations.show        anna              200  200  200  200  403  403  in
GET  evaluations.show        ben               200  200  404  200  403  403  in
GET  evaluations.show        carl              200  404  404  200  403  403  in
GET  evaluations.show        lead              200  404  404  200  403  403  in
GET  evaluations.show        draft anna        302  404  404  404  403  403  in
GET  evaluations.show        draft carl        302  404  404  404  403  403  in
GET  evaluations.show        missing           404  404  404  404  403  403  in
POST evaluations.acknowledge anna              403  403  303+ 403  403  403  in
POST evaluations.acknowledge ben               403  403  404  403  403  403  in
POST evaluations.acknowledge carl              403  403  404  403  403  403  in
POST evaluations.acknowledge lead              403  403  404  403  403  403  in
POST evaluations.acknowledge draft anna        403  403  404  403  403  403  in
POST evaluations.acknowledge missing           403  403  404  403  403  403  in

GET  flags.index                               200  200  403  200  403  403  in
GET  flags.show              anna              200  200  403  200  403  403  in
GET  flags.show              ben               200  200  403  200  403  403  in
GET  flags.show              carl              200  404  403  200  403  403  in
GET  flags.show              lead              200  404  403  200  403  403  in
GET  flags.show              decided anna      200  200  403  200  403  403  in
GET  flags.show              missing           404  404  403  404  403  403  in
POST flags.decide            anna              403  302+ 403  403  403  403  in
POST flags.decide            ben               403  302+ 403  403  403  403  in
POST flags.decide            carl              403  404  403  403  403  403  in
POST flags.decide            lead              403  404  403  403  403  403  in
POST flags.decide            decided anna      403  409  403  403  403  403  in
POST flags.decide            missing           403  404  403  403  403  403  in

GET  grading.next_one                          302  200  403  403  403  403  in
GET  grading.show            open anna         200  404  403  403  403  403  in
GET  grading.show            draft carl        200  404  403  403  403  403  in
GET  grading.show            released anna     302  404  403  403  403  403  in
GET  grading.show            other anna        403  404  403  403  403  403  in
GET  grading.show            missing           404  404  403  403  403  403  in
GET  grading.ahead           open anna         200  404  403  403  403  403  in
GET  grading.ahead           other anna        403  404  403  403  403  403  in
GET  grading.ahead           missing           404  404  403  403  403  403  in
POST grading.save            open anna         200+ 404  403  403  403  403  in
POST grading.save            released anna     409  404  403  403  403  403  in
POST grading.save            other anna        403  404  403  403  403  403  in
POST grading.save            missing           404  404  403  403  403  403  in
POST grading.send_form       open anna         303+ 404  403  403  403  403  in
POST grading.send_form       other anna        403  404  403  403  403  403  in
POST grading.send_form       missing           404  404  403  403  403  403  in
POST grading.submit          open anna         200+ 404  403  403  403  403  in
POST grading.submit          released anna     409  404  403  403  403  403  in
POST grading.submit          other anna        403  404  403  403  403  403  in
POST grading.submit          missing           404  404  403  403  403  403  in
POST grading.unmask          open anna         303+ 404  403  403  403  403  in
POST grading.unmask          other anna        403  404  403  403  403  403  in
POST grading.unmask          missing           404  404  403  403  403  403  in
POST grading.flag            open anna         303+ 403  403  403  403  403  in
POST grading.flag            released carl     409  403  403  403  403  403  in
POST grading.flag            other anna        403  403  403  403  403  403  in
POST grading.flag            missing           404  403  403  403  403  403  in

POST lead_gradings.take      anna              403  303+ 403  403  403  403  in
POST lead_gradings.take      ben               403  303+ 403  403  403  403  in
POST lead_gradings.take      bare anna         403  303+ 403  403  403  403  in
POST lead_gradings.take      carl              403  404  403  403  403  403  in
POST lead_gradings.take      lead              403  404  403  403  403  403  in
POST lead_gradings.take      missing           403  404  403  403  403  403  in
POST lead_gradings.give_back open anna         403  404  403  403  403  403  in
POST lead_gradings.give_back missing           403  404  403  403  403  403  in

GET  health.show                               200  200  200  200  200  200  200

GET  imports.index                             200  403  403  403  403  200  in
GET  imports.upload                            200  403  403  403  403  200  in
POST imports.take                              302+ 403  403  403  403  302+ in
GET  imports.show                              200  403  403  403  403  200  in
GET  imports.show            missing           404  403  403  403  403  404  in
GET  imports.progress                          200  403  403  403  403  200  in
GET  imports.progress        missing           404  403  403  403  403  404  in
GET  imports.problems                          200  403  403  403  403  200  in
GET  imports.problems        missing           404  403  403  403  403  404  in

GET  jobs.index                                200  403  403  200  403  200  in
POST jobs.cancel             waiting           302+ 403  403  403  403  302+ in
POST jobs.cancel             missing           302  403  403  403  403  302  in
POST jobs.retry              cancelled         302+ 403  403  403  403  302+ in
POST jobs.retry              missing           302  403  403  403  403  302  in

GET  lanes.show              anna              200  200  200  200  403  403  in
GET  lanes.show              ben               200  200  404  200  403  403  in
GET  lanes.show              carl              200  404  404  200  403  403  in
GET  lanes.show              lead              200  404  404  200  403  403  in
GET  lanes.show              bare anna         404  404  404  404  403  403  in
GET  lanes.show              missing           404  404  404  404  403  403  in
POST lanes.name              anna              303+ 303+ 403  303+ 403  403  in
POST lanes.name              ben               303+ 303+ 403  303+ 403  403  in
POST lanes.name              carl              303+ 404  403  303+ 403  403  in
POST lanes.name              lead              303+ 404  403  303+ 403  403  in
POST lanes.name              bare anna         404  404  403  404  403  403  in
POST lanes.name              missing           404  404  403  404  403  403  in

GET  my.evaluations                            403  403  200  403  403  403  in
GET  my.figures                                403  403  200  403  403  403  in

GET  people.index                              200  200  403  200  403  200  in
GET  people.show             anna              200  200  403  200  403  200  in
GET  people.show             ben               200  200  403  200  403  200  in
GET  people.show             carl              200  404  403  200  403  200  in
GET  people.show             lead              200  200  403  200  403  200  in
GET  people.show             missing           404  404  403  404  403  404  in
GET  people.upload                             403  403  403  403  403  200  in
POST people.take                               403  403  403  403  403  200+ in

GET  periods.index                             200  200  302  200  200  403  in
GET  periods.show            closed            200  200  302  200  200  403  in
GET  periods.show            published         200  200  302  200  404  403  in
GET  periods.show            running           200  200  302  200  404  403  in
GET  periods.show            missing           404  404  302  404  404  403  in
GET  periods.team            closed A          200  200  404  200  200  403  in
GET  periods.team            published A       200  200  404  200  404  403  in
GET  periods.team            published B       200  404  404  200  404  403  in
GET  periods.team            running A         200  200  404  200  404  403  in
GET  periods.team            published missing 404  404  404  404  404  403  in
GET  periods.agent           closed anna       200  200  200  200  200  403  in
GET  periods.agent           closed carl       200  404  404  200  200  403  in
GET  periods.agent           published anna    200  200  200  200  404  403  in
GET  periods.agent           published ben     200  200  404  200  404  403  in
GET  periods.agent           published carl    200  404  404  200  404  403  in
GET  periods.agent           published lead    200  200  404  200  404  403  in
GET  periods.agent           running anna      200  200  200  200  404  403  in
GET  periods.agent           published missing 404  404  404  404  404  403  in
GET  periods.versions        closed            200  200  200  200  200  403  in
GET  periods.versions        published         200  200  200  200  404  403  in
GET  periods.versions        missing           404  404  404  404  404  403  in
GET  periods.document        closed            200  403  403  200  200  403  in
GET  periods.document        published         200  403  403  200  404  403  in
GET  periods.document        running           404  403  403  404  404  403  in
GET  periods.document        missing           404  404  404  404  404  403  in
POST periods.publish         running           303+ 403  403  403  403  403  in
POST periods.publish         published         303  403  403  403  403  403  in
POST periods.publish         closed            303  403  403  403  403  403  in
POST periods.publish         missing           404  403  403  403  403  403  in

GET  phrases.index                             200  200  403  200  403  403  in
GET  phrases.show            rude              200  200  403  200  403  403  in
GET  phrases.show            missing           404  404  403  404  403  403  in
GET  phrases.source          rude              200  200  403  200  403  403  in
GET  phrases.source          missing           404  404  403  404  403  403  in
GET  phrases.progress                          200  200  403  200  403  403  in
GET  phrases.edit                              200  403  403  403  403  403  in
POST phrases.publish                           303+ 403  403  403  403  403  in
POST phrases.scan                              303+ 403  403  403  403  403  in
POST phrases.install                           303+ 403  403  403  403  403  in
POST phrases.retire          rude              303+ 403  403  403  403  403  in
POST phrases.retire          missing           404  403  403  403  403  403  in

GET  recordings.sound        anna              200  200  200  200  403  403  in
GET  recordings.sound        ben               200  200  404  200  403  403  in
GET  recordings.sound        carl              200  404  404  200  403  403  in
GET  recordings.sound        lead              200  404  404  200  403  403  in
GET  recordings.sound        bare anna         404  404  404  404  403  403  in
GET  recordings.sound        missing           404  404  404  404  403  403  in
GET  recordings.peaks        anna              200  200  200  200  403  403  in
GET  recordings.peaks        ben               200  200  404  200  403  403  in
GET  recordings.peaks        carl              200  404  404  200  403  403  in
GET  recordings.peaks        lead              200  404  404  200  403  403  in
GET  recordings.peaks        missing           404  404  404  404  403  403  in

GET  sampling.index                            200  200  403  200  403  403  in
GET  sampling.plan           main              200  200  403  200  403  403  in
GET  sampling.plan           missing           404  404  403  404  403  403  in
POST sampling.draw           main              302+ 403  403  403  403  403  in
POST sampling.draw           missing           404  403  403  403  403  403  in
GET  sampling.show           main              200  200  403  200  403  403  in
GET  sampling.show           missing           404  404  403  404  403  403  in
GET  sampling.stratum        anna              200  200  403  200  403  403  in
GET  sampling.stratum        carl              200  404  403  200  403  403  in
GET  sampling.stratum        missing           404  404  403  404  403  403  in
GET  sampling.export         main              200  200  403  200  403  403  in
GET  sampling.export         missing           404  404  403  404  403  403  in
GET  sampling.upload                           200  403  403  403  403  403  in
POST sampling.publish                          302+ 403  403  403  403  403  in
POST sampling_replacements.replace open anna   303  403  403  403  403  403  in
POST sampling_replacements.replace missing     404  403  403  403  403  403  in

GET  scorecards.index                          200  200  200  200  403  403  in
GET  scorecards.show         hundredths        200  200  200  200  403  403  in
GET  scorecards.show         missing           404  404  404  404  403  403  in
GET  scorecards.source       hundredths        200  200  200  200  403  403  in
GET  scorecards.source       missing           404  404  404  404  403  403  in
GET  scorecards.upload                         200  403  403  403  403  403  in
POST scorecards.publish                        302+ 403  403  403  403  403  in

GET  settings.index                            403  403  403  200  403  200  in
POST settings.change                           403  403  403  303+ 403  303+ in

GET  snippets.index                            200  403  403  403  403  403  in
GET  snippets.offered                          200  200  403  403  403  403  in
POST snippets.add                              303+ 403  403  403  403  403  in
GET  snippets.edit           kept              200  403  403  403  403  403  in
GET  snippets.edit           missing           404  403  403  403  403  403  in
POST snippets.change         kept              303+ 403  403  403  403  403  in
POST snippets.change         missing           404  403  403  403  403  403  in
POST snippets.archive        kept              303+ 403  403  403  403  403  in
POST snippets.archive        missing           404  403  403  403  403  403  in
POST snippets.restore        archived          303+ 403  403  403  403  403  in
POST snippets.restore        missing           404  403  403  403  403  403  in

GET  sound_masks.index       anna              200  200  403  200  403  403  in
GET  sound_masks.index       ben               200  200  403  200  403  403  in
GET  sound_masks.index       carl              200  404  403  200  403  403  in
GET  sound_masks.index       lead              200  404  403  200  403  403  in
GET  sound_masks.index       bare anna         200  200  403  200  403  403  in
GET  sound_masks.index       missing           404  404  403  404  403  403  in
POST sound_masks.add         anna              303+ 303+ 403  303+ 403  403  in
POST sound_masks.add         ben               303+ 303+ 403  303+ 403  403  in
POST sound_masks.add         carl              303+ 404  403  303+ 403  403  in
POST sound_masks.add         lead              303+ 404  403  303+ 403  403  in
POST sound_masks.add         bare anna         404  404  403  404  403  403  in
POST sound_masks.add         missing           404  404  403  404  403  403  in
POST sound_masks.remove      anna              303+ 303+ 403  303+ 403  403  in
POST sound_masks.remove      ben               303+ 303+ 403  303+ 403  403  in
POST sound_masks.remove      carl              303+ 404  403  303+ 403  403  in
POST sound_masks.remove      lead              303+ 404  403  303+ 403  403  in
POST sound_masks.remove      bare anna         404  404  403  404  403  403  in
POST sound_masks.remove      missing           404  404  403  404  403  403  in

GET  transcripts.show        anna              200  403  403  403  403  200  in
GET  transcripts.show        missing           404  403  403  403  403  404  in
POST transcripts.take        bare anna         200+ 403  403  403  403  200+ in
POST transcripts.take        missing           404  403  403  403  403  404  in
POST transcripts.confirm     bare anna         422  403  403  403  403  422  in
POST transcripts.confirm     missing           404  403  403  403  403  404  in
POST transcripts.shift       anna              422  403  403  403  403  422  in
POST transcripts.shift       missing           404  403  403  403  403  404  in
"""


@dataclass(frozen=True)
class Line:
    """One line: what is asked of which thing, and the answer to each role."""

    method: str
    endpoint: str
    thing: str
    answers: dict[str, str]

    def __str__(self) -> str:
        return f"{self.method} {self.endpoint} {self.thing}".strip()


def lines() -> list[Line]:
    """The table, read."""
    return [_line(text.split()) for text in TABLE.splitlines() if text and text[0] != "#"]


def _line(words: list[str]) -> Line:
    first = len(words) - len(ROLES)
    answers = dict(zip(ROLES, words[first:], strict=True))
    return Line(words[0], words[1], " ".join(words[2:first]), answers)
