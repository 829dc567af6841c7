"""Streamlit pages of the console, in the order of the work."""
