"""The outside world behind small protocols: recordings, sound, voices, readers, writers, clock."""
