"""Who may do what (policy) and see which rows (scope)."""
