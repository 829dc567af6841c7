"""The public surveys in a process that can be killed: imports once, then forks on command.

``python survey_server.py PORT`` reads lines from its input; for each it starts a server and writes
the process number. The settings come from the environment.
"""

from __future__ import annotations

import os
import signal
import sys

import uvicorn
from starlette.applications import Starlette

from evaluation.web import surveys


def serve(port: int) -> None:
    app = Starlette(routes=list(surveys.routes()))
    uvicorn.run(app, port=port, log_level="error", access_log=False)


def main() -> None:
    port = int(sys.argv[1])
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for _line in sys.stdin:
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            serve(port)
            os._exit(0)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
