"""The application: what an independent panel does to evaluate a public institution."""
