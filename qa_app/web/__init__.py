"""Pages: views, forms, presenters, and the plumbing that every request passes through."""
