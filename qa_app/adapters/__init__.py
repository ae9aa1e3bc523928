"""The outside world behind small protocols: recordings, sound, file formats, clock."""
