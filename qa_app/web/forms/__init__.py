"""Forms: shape and per-field rules only; the rules of the department are in services."""
