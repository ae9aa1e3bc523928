"""Every deed leaves its entry in the audit trail: what writes, and what it calls what it did."""

from __future__ import annotations

import ast
import importlib
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ROOT / "qa_app" / "services"
WRITERS = {"add", "add_all", "delete", "insert", "update"}

# Public function that changes rows -> the actions that its entries may have.
DEEDS: dict[str, set[str]] = {
    "accounts.change_own_password": {"account.password_changed"},
    "accounts.create_account": {"account.created"},
    "accounts.create_token": {"token.created"},
    "accounts.disable_account": {"account.disabled"},
    "accounts.enable_account": {"account.enabled"},
    "accounts.set_locale": {"account.locale_set"},
    "acknowledgement.acknowledge_evaluation": {"evaluation.acknowledged"},
    "acknowledgement.mark_seen": {"evaluation.seen"},
    "evaluation_drafts.start_evaluation": {"evaluation.started"},
    "evaluation_drafts.started": {"evaluation.started"},
    "evaluations.save_grading": {"evaluation.started"},
    "evaluations.submit": {"evaluation.submitted", "flag.raised"},
    "evaluations.submit_evaluation": {"evaluation.submitted", "flag.raised"},
    "evaluations.submit_grading": {"evaluation.started", "evaluation.submitted", "flag.raised"},
    "flags.decide_flag": {"flag.decided"},
    "flags.raise_fatal_flag": {"flag.raised"},
    "flags.raise_flag": {"flag.raised"},
    "import_sounds.register_sounds": {"recording.stored"},
    "import_uploads.run_import": {
        "conversations.imported",
        "recording.stored",
        "sound.masks_found",
    },
    "import_uploads.start_import": {"import.started"},
    "imports.import_conversations": {
        "conversations.imported",
        "recording.stored",
        "sound.masks_found",
    },
    "job_endings.job_was_given_up": {"recording.broken", "sound.masking_failed"},
    "jobs.bury_lost_jobs": {"recording.broken", "sound.masking_failed"},
    "jobs.cancel_job": {"job.cancelled", "recording.broken", "sound.masking_failed"},
    "jobs.fail_job": {"recording.broken", "sound.masking_failed"},
    "jobs.retry_job": {"job.retried"},
    "lane_guesses.name_lanes": {"conversation.lanes_named"},
    "lanes.set_agent_lane": {"conversation.lanes_named"},
    "lead_gradings.give_back": {"conversation.given_back"},
    "lead_gradings.take_conversation": {"conversation.taken"},
    "masked_sounds.make_masked_sound": {"sound.masked_version"},
    "people.create_user_account": {"account.created", "person.*"},
    "people.import_people": {"account.created", "account.tied", "people.imported", "person.*"},
    "periods.publish_period": {"period.published"},
    "recording_preparation.name_lanes_of_prepared": {"conversation.lanes_named"},
    "phrase_scans.run_scan": {"phrases.scanned"},
    "phrases.install_shipped_lists": {"phrases.published"},
    "phrases.publish_phrase_list": {"phrases.published"},
    "phrases.retire_phrase_list": {"phrases.retired"},
    "recording_preparation.prepare_recording": {
        "conversation.lanes_named",
        "recording.*",
        "sound.masks_found",
    },
    "recordings.attach_recording": {"recording.attached", "recording.stored", "sound.masks_found"},
    "recordings.register_sound": {"recording.stored"},
    "sampling.publish_plan": {"plan.published"},
    "sampling_draws.run_draw": {"draw.run", "seed.made"},
    "sampling_replacements.replace_pick": {"pick.replaced"},
    "sampling_replacements.take_out_pick": {"pick.replaced"},
    "sampling_seeds.open_seeds": {"seed.made"},
    "sampling_seeds.seed_for_draw": {"seed.made"},
    "scorecards.publish_scorecard": {"scorecard.published"},
    "settings.change_setting": {"setting.changed"},
    "transcripts.attach_transcript": {"sound.masks_found", "transcript.attached"},
    "transcripts.shift_transcript": {"sound.masks_found", "transcript.shifted"},
    "sign_in.sign_in": {"session.opened", "session.refused", "session.throttled"},
    "sign_in.sign_out": {"session.closed"},
    "sound_mask_scans.look_through": {"sound.looked_through", "sound.masks_found"},
    "sound_masks.mask_sound": {"sound.masked"},
    "sound_masks.refresh_masks": {"sound.masks_found"},
    "sound_masks.refresh_masks_of_imported": {"sound.masks_found"},
    "sound_masks.refresh_masks_of_recording": {"sound.masks_found"},
    "sound_masks.unmask_span": {"sound.unmasked"},
    "snippets.add_snippet": {"snippet.added"},
    "snippets.archive_snippet": {"snippet.archived"},
    "snippets.change_snippet": {"snippet.changed"},
    "snippets.restore_snippet": {"snippet.restored"},
}

# Functions that change rows and leave no entry, and why.
QUIET: dict[str, str] = {
    "evaluation_drafts.change_draft": "a draft: what it comes to is in the submitted revision",
    "evaluation_drafts.keep_draft": "a draft: what it comes to is in the submitted revision",
    "evaluation_drafts.save_draft": "a draft: what it comes to is in the submitted revision",
    "job_endings.job_is_tried_again": "part of trying a job again, which leaves its entry",
    "jobs.claim_job": "a step of a job's own life; what the job does leaves its entries",
    "jobs.enqueue": "no deed yet: what asked for it and what it does leave entries",
    "jobs.extend_leases": "a step of a job's own life; what the job does leaves its entries",
    "jobs.finish_job": "a step of a job's own life; what the job does leaves its entries",
    "jobs.note_place": "a step of a job's own life; what the job does leaves its entries",
    "jobs.note_progress": "a step of a job's own life; what the job does leaves its entries",
    "jobs.release_job": "a step of a job's own life; what the job does leaves its entries",
    "jobs.postpone_job": "a step of a job's own life; what the job does leaves its entries",
    "lane_guesses.ask_to_name_lanes": "asks for a job, which leaves its entry",
    "periods.ensure_period": "a half-month begins by itself",
    "phrases.scan_past_year": "asks for a job, which leaves its entry",
    "phrases.scan_these": "asks for a job, which leaves its entry",
    "phrases.scan_what_changes": "asks for a job, which leaves its entry",
    "masked_sound_sweeps.ask_to_forget": "asks for a job that removes what nobody is given",
    "transcripts.keep_upload": "asks for a job that removes the file; the transcript's own entry "
    "comes when it is confirmed",
    "sound_mask_scans.ask_to_look_through": "asks for a job, which leaves its entry",
    "sound_masks.note_looked_through": "what is found leaves its entries, and so does the job",
    "sign_in.touch_session": "that a session is in use is in the session's row",
}


@dataclass
class Function:
    """What a function of a service does itself, and which others it calls."""

    is_public: bool
    writes: bool = False
    actions: set[str] = field(default_factory=set)
    calls: set[str] = field(default_factory=set)


def modules() -> dict[str, ast.Module]:
    return {path.stem: ast.parse(path.read_text("utf-8")) for path in sorted(SERVICES.glob("*.py"))}


def functions() -> dict[str, Function]:
    """Every function and method of the services by `module.name`."""
    found: dict[str, Function] = {}
    for module, tree in modules().items():
        known = imported(tree) | {
            node.name: f"{module}.{node.name}" for node in tree.body if hasattr(node, "name")
        }
        prepared = writing_statements(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                is_public = node in tree.body and not node.name.startswith("_")
                seen = looked_at(node, module, known, is_public)
                seen.writes = seen.writes or not prepared.isdisjoint(names_in(node))
                found[f"{module}.{node.name}"] = seen
        for node in tree.body:  # a class stands for all of its methods
            if isinstance(node, ast.ClassDef):
                methods = {f"{module}.{one.name}" for one in node.body if hasattr(one, "name")}
                found[f"{module}.{node.name}"] = Function(False, calls=methods)
    return found


def writing_statements(tree: ast.Module) -> set[str]:
    """Names of the module's statements that are built once and change rows."""
    return {
        ast.unparse(node.targets[0])
        for node in tree.body
        if isinstance(node, ast.Assign) and not WRITERS.isdisjoint(names_in(node.value))
    }


def names_in(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def imported(tree: ast.Module) -> dict[str, str]:
    return {
        alias.asname or alias.name: f"{(node.module or '').rpartition('.')[2]}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("qa_app.services")
        for alias in node.names
    }


def looked_at(
    node: ast.FunctionDef, module: str, known: dict[str, str], is_public: bool
) -> Function:
    seen = Function(is_public)
    for call in (one for one in ast.walk(node) if isinstance(one, ast.Call)):
        if isinstance(call.func, ast.Name):
            name = call.func.id
            if name == "record" and module != "audit":
                seen.actions.add(action_of(call.args[1], module))
            seen.writes = seen.writes or name in WRITERS - {"add"}
            seen.calls.add(known.get(name, ""))
        elif isinstance(call.func, ast.Attribute):
            is_session = ast.unparse(call.func.value).endswith("session")
            seen.writes = seen.writes or (is_session and call.func.attr in WRITERS)
            seen.calls.add(f"{module}.{call.func.attr}")
    changed = [one for one in ast.walk(node) if isinstance(one, ast.Assign)]
    targets = [target for one in changed for target in one.targets]
    seen.writes = seen.writes or any(
        isinstance(one, ast.Attribute) and ast.unparse(one.value) == "account" for one in targets
    )
    return seen


def action_of(argument: ast.expr, module: str) -> str:
    """The action's name: written out, a constant of the module, or a name with a changing end."""
    if isinstance(argument, ast.Constant):
        return str(argument.value)
    if isinstance(argument, ast.Name):
        constant = getattr(importlib.import_module(f"qa_app.services.{module}"), argument.id, None)
        return str(constant) if constant else action_of(assigned(argument.id, module), module)
    return ast.unparse(argument).split(".")[0].strip("f'\"") + ".*"


def assigned(name: str, module: str) -> ast.expr:
    """What a local variable stands for."""
    everything = ast.walk(modules()[module])
    return next(
        one.value
        for one in everything
        if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == name
    )


def deeds() -> dict[str, set[str]]:
    """Public functions beneath which something is written, with every action beneath them."""
    everything = functions()
    found: dict[str, set[str]] = {}
    for name, function in everything.items():
        beneath, waiting = {name}, [name]
        while waiting:
            for called in everything[waiting.pop()].calls & everything.keys() - beneath:
                beneath.add(called)
                waiting.append(called)
        if function.is_public and any(everything[one].writes for one in beneath):
            found[name] = set().union(*(everything[one].actions for one in beneath))
    return found


def test_every_deed_is_in_the_list_with_its_actions() -> None:
    assert {name: actions for name, actions in deeds().items() if name not in QUIET} == DEEDS


def test_every_quiet_deed_says_why_and_is_one() -> None:
    found = deeds()
    assert {name: found[name] for name in QUIET if found.get(name) != set()} == {}


@pytest.mark.parametrize("action", sorted(set().union(*DEEDS.values())))
def test_actions_are_called_thing_dot_done(action: str) -> None:
    thing, _, done = action.partition(".")
    assert thing.replace("_", "").isalpha()
    assert done == "*" or done.replace("_", "").isalpha()
