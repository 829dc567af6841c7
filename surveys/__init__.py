"""Questionnaires as data, and the pages on which the public answers them. No database, no Streamlit."""
