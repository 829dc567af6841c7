"""The saving address of the review form alone, for processes that tests kill.

``python review_server.py PORT`` waits for a line, forks a server, writes its process number, and
waits until it is dead: what takes long to load is loaded once, and every server is a process of
its own that can be killed at any moment.
"""

from __future__ import annotations

import os
import sys

import uvicorn
from starlette.applications import Starlette

from evaluation.web import reviews

app = Starlette(routes=reviews.ROUTES)


def main() -> None:
    """Serve once for each line that comes in."""
    port = int(sys.argv[1])
    for _line in sys.stdin:
        child = os.fork()
        if child == 0:
            uvicorn.run(app, port=port, log_level="error")
            os._exit(0)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        _pid, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
