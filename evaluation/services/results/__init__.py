"""Collectors: what each area contributes to the frozen results of a round."""
