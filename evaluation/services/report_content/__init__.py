"""The words of the three reports, one module per section.

Reads frozen results, the framework and what the panel wrote; computes nothing that a result does
not hold. Leaves out looks (``reports.html``) and storage (``services.publication``).
"""
