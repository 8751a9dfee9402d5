#!/bin/sh
# api | worker | migrate: what this container is. The process replaces the shell, so that it gets the signals.
# `shixun serve` would start all three; here each has a container of its own.
set -eu

case "${1:-api}" in
    api)
        exec uvicorn app.main:from_environment --factory --host "$SHIXUN_HOST" --port "$SHIXUN_PORT" \
            --no-access-log --no-server-header --log-level warning --timeout-graceful-shutdown 20
        ;;
    worker) exec shixun worker ;;
    migrate) exec shixun migrate ;;
    *)
        echo "unknown role: $1 (api, worker or migrate)" >&2
        exit 64
        ;;
esac
