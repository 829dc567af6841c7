"""Reading: ordered lists and typed tables."""
