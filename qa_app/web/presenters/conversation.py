"""Turns a conversation into what pages show: its turns, and the state of its sound."""

from __future__ import annotations

from qa_app.web.presenters.sound import broken_sound as broken_sound
from qa_app.web.presenters.sound import sound_view as sound_view
from qa_app.web.presenters.transcript import turn_rows as turn_rows
