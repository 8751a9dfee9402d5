"""The floor of `make bench`: a bare ASGI server on asyncpg, one prepared statement a job, JSON made by PostgreSQL.

No token, no scope, no audit, no validation: what the database and the wire allow, not a service.
"""

import json
import os
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from app.core.clock import CHINA
from tests.benchmarks.hand_counts import ALL_AT_ONCE

SUMMARY = """
SELECT json_build_object('teacher_id', $2::uuid, 'categories', coalesce(json_agg(s), '[]'))::text FROM (
  SELECT school_year, category, claimed, credited, cap, target FROM hours_summaries
   WHERE region_id = $1 AND teacher_id = $2 AND school_year BETWEEN 2026 AND 2030) s
"""
PAGE = """
SELECT json_build_object('items', coalesce(json_agg(e), '[]'))::text FROM (
  SELECT e.id, e.seq, e.teacher_id, t.name AS teacher_name, e.school_id, e.school_year, e.category, e.claimed,
         e.credited, e.activity_title, e.activity_date, e.source, e.posted_at
    FROM hours_entries e JOIN teachers t ON t.region_id = e.region_id AND t.id = e.teacher_id
   WHERE e.region_id = $1 AND e.school_id = $2 ORDER BY e.seq DESC LIMIT 50) e
"""
COMPLETION = """
SELECT json_build_object('items', json_agg(c))::text FROM (
  SELECT o.id, o.name, count(*) AS teachers, count(*) FILTER (WHERE s.credited >= 24) AS met
    FROM employments p JOIN organisations o ON o.region_id = p.region_id AND o.id = p.school_id
    JOIN teachers t ON t.region_id = p.region_id AND t.id = p.teacher_id
    LEFT JOIN hours_summaries s ON s.region_id = p.region_id AND s.teacher_id = p.teacher_id
         AND s.school_year = 2025 AND s.category = 'school_research'
   WHERE p.region_id = $1 AND p.is_on_post AND p.starts_on <= '2026-08-31'
     AND (p.ends_on IS NULL OR p.ends_on > '2026-08-31') GROUP BY o.id, o.name ORDER BY o.name) c
"""
NESTED = """
SELECT json_build_object('school', o.name, 'teachers', (SELECT json_agg(t) FROM (
  SELECT t.id, t.name,
    (SELECT json_agg(s) FROM (SELECT category, claimed, credited FROM hours_summaries s
      WHERE s.region_id = t.region_id AND s.teacher_id = t.id AND s.school_year = 2026) s) AS hours,
    (SELECT json_agg(e) FROM (SELECT id, activity_title, activity_date, credited FROM hours_entries e
      WHERE e.region_id = t.region_id AND e.teacher_id = t.id ORDER BY seq DESC LIMIT 5) e) AS entries
   FROM teachers t WHERE t.region_id = o.region_id AND t.school_id = o.id AND t.status = 'active'
   ORDER BY t.name, t.id LIMIT 50) t))::text FROM organisations o WHERE o.region_id = $1 AND o.id = $2
"""
ENTRY = """
WITH entry AS (
  INSERT INTO floor_entries (id, teacher_id, school_year, category, claimed, activity_title, activity_date)
  VALUES ($1, $2, 2026, 'city', $3, $4, '2026-10-10') RETURNING *), moved AS (
  INSERT INTO floor_summaries AS s (teacher_id, school_year, category, credited)
  SELECT teacher_id, school_year, category, claimed FROM entry
  ON CONFLICT (teacher_id, school_year, category) DO UPDATE SET credited = s.credited + excluded.credited
  RETURNING credited)
SELECT json_build_object('id', entry.id, 'credited', moved.credited)::text FROM entry, moved
"""
SCORECARD = f"SELECT json_agg(one)::text FROM ({ALL_AT_ONCE}) one"
TABLES = """
CREATE TABLE IF NOT EXISTS floor_entries (id uuid PRIMARY KEY, teacher_id uuid NOT NULL, school_year int NOT NULL,
  category text NOT NULL, claimed numeric NOT NULL, activity_title text NOT NULL, activity_date date NOT NULL,
  posted_at timestamptz NOT NULL DEFAULT clock_timestamp());
CREATE INDEX IF NOT EXISTS floor_entries_teacher ON floor_entries (teacher_id, posted_at);
CREATE TABLE IF NOT EXISTS floor_summaries (teacher_id uuid, school_year int, category text, credited numeric NOT NULL,
  PRIMARY KEY (teacher_id, school_year, category));
"""


class Floor:
    """`/J1/<teacher>`, `/J2/<school>`, `/J3`, `/J4/<school>`, `POST /J5/<teacher>`, `/J6`."""

    def __init__(self, url: str, region: int) -> None:
        """url: of a role that passes row-level security; region: whose rows are read."""
        self._url, self._region = url, region
        self._pool: asyncpg.Pool | None = None

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Serve one ASGI scope."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        body = b""
        while (message := await receive())["type"] == "http.request":
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        answer = await self._answer(scope["path"], body)
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(answer)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    async def _answer(self, path: str, body: bytes) -> bytes:
        assert self._pool is not None
        _, job, *rest = path.split("/")
        async with self._pool.acquire() as connection:
            if job == "J3":
                return str(await connection.fetchval(COMPLETION, self._region)).encode()
            if job == "J6":
                today = datetime.now(CHINA).date()
                return str(await connection.fetchval(SCORECARD, self._region, date(today.year, 1, 1), today)).encode()
            if job == "J5":
                line = json.loads(body)
                values = (uuid4(), UUID(rest[0]), line["claimed_hours"], line["activity_title"])
                return str(await connection.fetchval(ENTRY, *values)).encode()
            statement = {"J1": SUMMARY, "J2": PAGE, "J4": NESTED}[job]
            return str(await connection.fetchval(statement, self._region, UUID(rest[0]))).encode()

    async def _lifespan(self, receive: Any, send: Any) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self._pool = await asyncpg.create_pool(self._url, min_size=20, max_size=20)
                await self._pool.execute(TABLES)
                await send({"type": "lifespan.startup.complete"})
            else:
                assert self._pool is not None
                await self._pool.close()
                await send({"type": "lifespan.shutdown.complete"})
                return


def make() -> Floor:
    """The floor of the environment."""
    return Floor(os.environ["FLOOR_URL"], int(os.environ["FLOOR_REGION"]))
