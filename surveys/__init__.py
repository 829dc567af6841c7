"""Questionnaires as data, and the pages on which the public answers them.

Knows no database and no Streamlit.
"""
