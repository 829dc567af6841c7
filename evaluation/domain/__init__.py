"""Rules of the panel: states, roles, recusal, review. Pure; no input or output."""
