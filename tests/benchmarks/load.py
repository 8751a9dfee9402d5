"""A load of HTTP requests for a bounded time: wrk where it is installed, else a small client of our own."""

import asyncio
import json
import re
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

_LATENCY = re.compile(r"99%\s+([\d.]+)(us|ms|s)")
_RATE = re.compile(r"Requests/sec:\s+([\d.]+)")
_BAD = re.compile(r"Non-2xx or 3xx responses: (\d+)")
_UNIT = {"us": 0.001, "ms": 1.0, "s": 1000.0}
_LUA = """
local n = {seed}
request = function()
  n = n + 1
  local body = string.gsub([[{body}]], "SERIAL", tostring(n))
  local headers = {{ ["Content-Type"] = "application/json", ["Authorization"] = [[{token}]],
                     ["Idempotency-Key"] = "bench-key-" .. tostring(n) }}
  return wrk.format("POST", "{path}", headers, body)
end
"""


@dataclass(frozen=True)
class Job:
    """What to ask for: path, headers, and for a POST a body in which SERIAL is replaced by a fresh number."""

    base: str
    path: str
    token: str = ""
    body: dict[str, object] | None = None


@dataclass(frozen=True)
class Result:
    """Answers a second, the 99th percentile in milliseconds, and answers that were no success."""

    rate: float
    p99: float
    refused: int


def run(job: Job, *, connections: int, seconds: int) -> Result:
    """Load one job."""
    if shutil.which("wrk"):
        return _wrk(job, connections, seconds)
    return asyncio.run(_own(job, connections, seconds))


def _wrk(job: Job, connections: int, seconds: int) -> Result:
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}", "--latency", "--timeout", "10"]
    with tempfile.TemporaryDirectory() as folder:
        if job.body is not None:
            script = Path(folder) / "post.lua"
            seed = time.time_ns() % 10**15
            body = json.dumps(job.body, ensure_ascii=False)
            script.write_text(_LUA.format(seed=seed, body=body, token=job.token, path=job.path), encoding="utf-8")
            command += ["-s", str(script)]
        elif job.token:
            command += ["-H", f"Authorization: {job.token}"]
        printed = subprocess.run([*command, job.base + job.path], capture_output=True, text=True, check=True).stdout
    latency, rate, bad = _LATENCY.search(printed), _RATE.search(printed), _BAD.search(printed)
    assert latency, printed
    assert rate, printed
    return Result(float(rate[1]), float(latency[1]) * _UNIT[latency[2]], int(bad[1]) if bad else 0)


async def _own(job: Job, connections: int, seconds: int) -> Result:
    host, port = job.base.removeprefix("http://").split(":")
    times: list[float] = []
    refused = 0
    until = time.perf_counter() + seconds

    async def client() -> None:
        nonlocal refused
        reader, writer = await asyncio.open_connection(host, int(port))
        while time.perf_counter() < until:
            started = time.perf_counter()
            writer.write(_request(job, host))
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(re.search(rb"content-length: (\d+)", head.lower())[1])  # type: ignore[index]  # always sent
            await reader.readexactly(length)
            times.append(time.perf_counter() - started)
            refused += head[9:10] != b"2"
        writer.close()

    started = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(connections)))
    spent = time.perf_counter() - started
    return Result(len(times) / spent, sorted(times)[int(len(times) * 0.99)] * 1000, refused)


def _request(job: Job, host: str) -> bytes:
    token = f"Authorization: {job.token}\r\n" if job.token else ""
    if job.body is None:
        return f"GET {job.path} HTTP/1.1\r\nHost: {host}\r\n{token}\r\n".encode()
    serial = uuid4().hex
    body = json.dumps(job.body, ensure_ascii=False).replace("SERIAL", serial).encode()
    head = f"POST {job.path} HTTP/1.1\r\nHost: {host}\r\n{token}Idempotency-Key: {serial}\r\n"
    return f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
