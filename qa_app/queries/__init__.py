"""Every read that is more than a get; nothing here changes a row."""
