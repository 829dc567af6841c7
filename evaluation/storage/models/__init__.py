"""Tables, one file per aggregate. Importing this package makes every table known."""

from evaluation.storage.models import account, event, job, stored_file

__all__ = ["account", "event", "job", "stored_file"]
