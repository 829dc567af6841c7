"""Sign-in, gate, public pages and protected files: Starlette, never Streamlit."""
