"""Transcripts from anywhere: formats of speech services, subtitles and text, told by content."""

from qa_app.domain.transcripts.model import SpeakerFound, Transcript, Why
from qa_app.domain.transcripts.recognise import TRIED, recognise

__all__ = ["TRIED", "SpeakerFound", "Transcript", "Why", "recognise"]
