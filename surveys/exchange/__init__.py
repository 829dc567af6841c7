"""Questionnaires and responses from and for other systems.

What a format cannot carry, or this package cannot read, is reported; nothing is dropped silently.
"""
