"""Deeds of the audit trail in words; the code stays beside them, for searching."""

from __future__ import annotations

from flask_babel import gettext as _

from qa_app.web.presenters.phrasebook import N_

DEEDS = {
    "session.opened": N_("Signed in"),
    "session.closed": N_("Signed out"),
    "session.refused": N_("Sign-in refused"),
    "session.throttled": N_("Sign-in throttled"),
    "account.created": N_("Account made"),
    "account.disabled": N_("Account disabled"),
    "account.enabled": N_("Account enabled"),
    "account.locale_set": N_("Language chosen"),
    "account.password_changed": N_("Password changed"),
    "account.tied": N_("Account tied to a person"),
    "token.created": N_("API token made"),
    "access.denied": N_("Access denied"),
    "people.imported": N_("People imported"),
    "person.created": N_("Person entered"),
    "person.updated": N_("Person changed"),
    "import.started": N_("Import started"),
    "conversations.imported": N_("Conversations imported"),
    "conversation.exported": N_("Conversations exported"),
    "conversation.unmasked": N_("Customer data shown"),
    "recording.stored": N_("Recording stored"),
    "recording.attached": N_("Recording attached"),
    "recording.ready": N_("Recording prepared"),
    "recording.broken": N_("Recording unusable"),
    "recording.played": N_("Recording listened to"),
    "sound.masked": N_("Span of sound hidden"),
    "sound.unmasked": N_("Span of sound shown again"),
    "sound.masks_found": N_("Personal data found in sound"),
    "sound.looked_through": N_("Recordings looked through for personal data"),
    "sound.masking_failed": N_("Masked version of sound could not be made"),
    "sound.masked_version": N_("Masked version of sound made"),
    "scorecard.published": N_("Scorecard published"),
    "setting.changed": N_("Setting changed"),
    "snippet.added": N_("Snippet added"),
    "snippet.changed": N_("Snippet changed"),
    "snippet.archived": N_("Snippet archived"),
    "snippet.restored": N_("Snippet brought back"),
    "phrases.published": N_("Phrase list published"),
    "phrases.retired": N_("Phrase list taken out of force"),
    "phrases.scanned": N_("Conversations looked through for phrases"),
    "plan.published": N_("Plan published"),
    "seed.made": N_("Seed made"),
    "draw.run": N_("Drawn"),
    "evaluation.started": N_("Evaluation started"),
    "evaluation.submitted": N_("Evaluation submitted"),
    "evaluation.seen": N_("Evaluation opened by its agent"),
    "evaluation.acknowledged": N_("Evaluation acknowledged"),
    "flag.raised": N_("Flag raised"),
    "flag.decided": N_("Flag decided"),
    "period.published": N_("Figures published"),
    "job.cancelled": N_("Job cancelled"),
    "job.retried": N_("Job tried again"),
    "demo.begun": N_("Demo begun"),
    "demo.made": N_("Demo made"),
}
KINDS = {
    "phrase_list": N_("Phrase list"),
    "setting": N_("Setting"),
    "snippet": N_("Snippet"),
    "account": N_("Account"),
    "page": N_("Page"),
    "conversation": N_("Conversation"),
    "file": N_("File"),
    "site": N_("Site"),
    "draw": N_("Draw"),
    "evaluation": N_("Evaluation"),
    "flag": N_("Flag"),
    "import": N_("Import"),
    "period": N_("Period"),
    "plan": N_("Plan"),
    "recording": N_("Recording"),
    "scorecard": N_("Scorecard"),
    "person": N_("Person"),
    "job": N_("Job"),
    "login": N_("Login"),
}


def deed_text(action: str) -> str:
    """What was done; the code itself where it has no words."""
    return str(_(DEEDS[action])) if action in DEEDS else action


def kind_text(kind: str) -> str:
    """What it was done to."""
    return str(_(KINDS[kind])) if kind in KINDS else kind


def deed_options(chosen: str) -> list[tuple[str, str]]:
    """What the trail can be narrowed to."""
    codes = [*DEEDS, *([chosen] if chosen and chosen not in DEEDS else [])]
    return [(code, deed_text(code)) for code in codes]
