"""Tables, one aggregate a file. Columns, constraints and relationships; no rules, no queries."""

from qa_app.models.account import Account, ApiToken, LoginAttempt, UserSession
from qa_app.models.audit import AuditEntry, AuditHead
from qa_app.models.conversation import Conversation, Transcript
from qa_app.models.evaluation import Answer, Evaluation, EvaluationRevision
from qa_app.models.flag import Flag
from qa_app.models.imports import ImportBatch, ImportProblem
from qa_app.models.job import Job
from qa_app.models.people import Membership, Person, Team
from qa_app.models.period import Period, Publication, PublishedFigure, PublishedScore
from qa_app.models.phrase import PhraseHit, PhraseList, PhraseListVersion
from qa_app.models.recording import Recording
from qa_app.models.sampling import Assignment, Draw, PeriodSeed, Pick, Plan, PlanVersion, Stratum
from qa_app.models.scorecard import Scorecard, ScorecardVersion
from qa_app.models.setting import SiteSetting
from qa_app.models.snippet import Snippet
from qa_app.models.sound_mask import MaskedSound, SoundMask

__all__ = [
    "Account",
    "Answer",
    "ApiToken",
    "Assignment",
    "AuditEntry",
    "AuditHead",
    "Conversation",
    "Draw",
    "Evaluation",
    "EvaluationRevision",
    "Flag",
    "ImportBatch",
    "ImportProblem",
    "Job",
    "LoginAttempt",
    "MaskedSound",
    "Membership",
    "Period",
    "PeriodSeed",
    "Person",
    "PhraseHit",
    "PhraseList",
    "PhraseListVersion",
    "Pick",
    "Plan",
    "PlanVersion",
    "Publication",
    "PublishedFigure",
    "PublishedScore",
    "Recording",
    "Scorecard",
    "ScorecardVersion",
    "SiteSetting",
    "Snippet",
    "SoundMask",
    "Stratum",
    "Team",
    "Transcript",
    "UserSession",
]
