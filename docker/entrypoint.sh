#!/bin/sh
# api | worker | migrate: what this container is. The process replaces the shell, so that it gets the signals.
set -eu

case "${1:-api}" in
    api) exec shixun serve ;;
    worker) exec shixun worker ;;
    migrate) exec shixun migrate ;;
    *)
        echo "unknown role: $1 (api, worker or migrate)" >&2
        exit 64
        ;;
esac
