"""Measurement: numbers in, numbers out. No database, no screens."""
