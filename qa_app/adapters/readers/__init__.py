"""Readers of files that are handed in: rows with the place where each stands, memory flat."""
