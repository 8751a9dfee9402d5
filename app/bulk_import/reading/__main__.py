"""`python -m app.bulk_import.reading FD`: the process that `apart.start` begins."""

import sys
from multiprocessing.connection import Connection


def main() -> None:
    """Do the one work that comes through the pipe."""
    with Connection(int(sys.argv[1])) as pipe:
        work, task = pipe.recv()
        work(pipe, task)


main()
