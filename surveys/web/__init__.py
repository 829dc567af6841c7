"""Pages on which the public answers a questionnaire: server-rendered, complete without scripts."""
