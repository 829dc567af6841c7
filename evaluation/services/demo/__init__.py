"""The demonstration city, made through the real services."""
