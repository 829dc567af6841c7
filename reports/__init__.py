"""Documents: plain data to tables, charts, HTML and PDF. Does not know where a number came from."""
