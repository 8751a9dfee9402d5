"""A year of a region of any size, made by the database itself: INSERT … SELECT, never row by row.

Everything is synthetic and follows from the number of teachers: at 1,200,000 there are 2,000 central schools with
20,000 schools, 600 projects a year with 200,000 trainees, their nominations, attendance and practice, 3,000 workshops.
Summaries of hours stand without their entries (a year of a province has 60 million), so the ledger's own check does not
hold here; completion counters are counted by the database's own function. Ids rise as those of the service do.
"""

from dataclasses import dataclass
from datetime import date

import asyncpg

YEAR = 2026
"""The calendar year that is full; a year of projects lies before it."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything a number of teachers comes with."""

    teachers: int

    def names(self) -> dict[str, int]:
        """The figures that the statements name: n teachers, c 中心校, s schools, p projects a year, t trainees, …"""
        n = self.teachers
        c, p = max(2, n // 600), max(6, n // 2000)
        return {
            "n": n,
            "c": c,
            "s": 10 * c,
            "each": n // c,
            "p": p,
            "pp": 2 * p,
            "t": n // 3,
            "v": min(20, c),
            "w": max(6, n // 400),
            "experts": max(2, n // 2000),
            "trainers": max(4, n // 160),
            "titles": max(2, c // 5),
            "rejected": max(4, n // 60),
            "publications": max(5, n // 100),
            "cases": max(5, n // 200),
            "awards": max(5, n // 300),
        }


async def fill(
    connection: asyncpg.Connection, region: int, teachers: int, *, on: date, is_checked: bool = False
) -> dict[str, int]:
    """Add a year to a region that has its bureau; returns the figures.

    connection: of an administrator, outside of a transaction. is_checked: foreign keys and triggers look at every row,
    which proves the loader at a small size and costs hours at a large one.
    """
    size = Size(teachers).names()
    role = "origin" if is_checked else "replica"
    await connection.execute(f"SET session_replication_role = {role}; SET synchronous_commit = off")
    await connection.execute("SET maintenance_work_mem = '512MB'; SET work_mem = '256MB'")
    await connection.execute(_IDS)
    kept = [] if is_checked else await connection.fetch(_EXCLUSIONS)
    for one in kept:
        await connection.execute(f"ALTER TABLE {one['whose']} DROP CONSTRAINT {one['name']}")
    for statement in _STATEMENTS:
        await connection.execute(statement.format(r=region, y=YEAR, on=on.isoformat(), **size))
    for one in kept:
        await connection.execute(f"ALTER TABLE {one['whose']} ADD CONSTRAINT {one['name']} {one['rule']}")
    await connection.execute("RESET session_replication_role")
    await connection.execute("VACUUM ANALYZE")
    await connection.execute("SELECT set_config('shixun.region', $1, false)", str(region))
    for start in (YEAR - 1, YEAR):
        await connection.execute("SELECT refresh_hours_completion($1, $2, NULL, $3)", region, start, on)
    await connection.execute("VACUUM ANALYZE hours_completion_counters")
    await connection.execute("RESET ALL")
    return size


_IDS = """
CREATE OR REPLACE FUNCTION pg_temp.uid(kind text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
 $$ SELECT (lpad(to_hex(n), 12, '0') || '7' || substr(kind, 2) || '8000' || kind || '00000000')::uuid $$;
CREATE OR REPLACE FUNCTION pg_temp.chance(n bigint, salt bigint) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
 $$ SELECT (abs(hashint8extended(n, salt)) % 100)::int $$
"""
"""uid: the id of the n-th of a kind, 01 organisations, 02 teachers, 05 projects, …; chance: 0..99, always the same."""

_EXCLUSIONS = """
SELECT conrelid::regclass::text AS whose, conname AS name, pg_get_constraintdef(oid) AS rule FROM pg_constraint
 WHERE contype = 'x' AND conrelid::regclass::text IN ('employments', 'workshop_members', 'trainer_appointments')
"""
"""No two at a time: put back over the whole table, which is hours faster than row by row and checks the same."""

_PLACES = """
INSERT INTO organisations (region_id, id, kind, parent_id, parent_kind, name, town)
SELECT {r}, pg_temp.uid('0101', i), 'central_school', b.id, 'bureau', '第' || i || '中心校', '镇' || i
  FROM generate_series(0, {c} - 1) i JOIN organisations b ON b.region_id = {r} AND b.kind = 'bureau'
UNION ALL
SELECT {r}, pg_temp.uid('0102', i), 'host_institution', NULL, NULL, '第' || i || '师范学院', NULL
  FROM generate_series(0, {p} / 10) i;
INSERT INTO organisations (region_id, id, kind, parent_id, parent_kind, code, name, stages, is_compulsory, is_weak)
SELECT {r}, pg_temp.uid('0103', i), 'school', pg_temp.uid('0101', i % {c}), 'central_school', 'P' || i,
       '第' || i || '小学', ARRAY['primary'], true, i % 20 = 0
  FROM generate_series(0, {s} - 1) i
"""
_TEACHERS = """
INSERT INTO teachers (region_id, id, staff_no, name, sex, birth_date, id_number, id_number_index, id_number_masked,
       school_id, is_on_post, stage, subject, title, joined_profession_on, status)
SELECT {r}, pg_temp.uid('0201', i), 'P' || lpad(i::text, 9, '0'), '教师' || i, CASE WHEN i % 3 = 0 THEN 'male'
       ELSE 'female' END, date '1970-01-01' + (i % 10000)::int, '\\x00', int8send(i) || int4send({r}),
       '**************0000', pg_temp.uid('0103', i % {s}), k < 96, 'primary',
       (ARRAY['chinese', 'mathematics', 'english'])[1 + i % 3], 'edu_l1', date '2008-08-01',
       CASE WHEN k < 98 THEN 'active' ELSE 'left' END
  FROM (SELECT i, pg_temp.chance(i, 1) AS k FROM generate_series(0, {n}::bigint - 1) i) _
"""
_SPELLS = """
INSERT INTO employments (region_id, id, teacher_id, school_id, is_on_post, starts_on, ends_on)
SELECT {r}, pg_temp.uid('0301', i), pg_temp.uid('0201', i),
       pg_temp.uid('0103', CASE WHEN k < 98 AND i % 20 < 3 THEN (i + {c}) % {s} ELSE i % {s} END), k < 96, '2015-09-01',
       CASE WHEN k >= 98 THEN date '{y}-05-01' + (i % 200)::int WHEN i % 20 < 3 THEN moved END
  FROM (SELECT i, pg_temp.chance(i, 1) AS k, (ARRAY['{y}-03-01', '{y}-09-01', '{y}-10-15']::date[])[1 + i % 20] AS moved
          FROM generate_series(0, {n}::bigint - 1) i) _;
INSERT INTO employments (region_id, id, teacher_id, school_id, is_on_post, starts_on)
SELECT {r}, pg_temp.uid('0302', i), pg_temp.uid('0201', i), pg_temp.uid('0103', i % {s}), pg_temp.chance(i, 1) < 96,
       (ARRAY['{y}-03-01', '{y}-09-01', '{y}-10-15']::date[])[1 + i % 20]
  FROM generate_series(0, {n}::bigint - 1) i WHERE i % 20 < 3 AND pg_temp.chance(i, 1) < 98
"""
_HOURS = """
INSERT INTO hours_summaries (region_id, teacher_id, school_year, category, entries, claimed, credited, cap, target)
SELECT {r}, pg_temp.uid('0201', i), year, category, 3, hours, hours, CASE category WHEN 'workshop' THEN 40 END,
       CASE category WHEN 'school_research' THEN 24 END
  FROM generate_series(0, {n}::bigint - 1) i
 CROSS JOIN (VALUES ({y} - 1, 'school_research', 92), ({y}, 'school_research', 15), ({y} - 1, 'workshop', 50))
         AS s (year, category, likely)
 CROSS JOIN LATERAL (SELECT CASE WHEN pg_temp.chance(i, year) < likely THEN 24 + i % 16 ELSE (i % 48) * 0.5 END)
         AS h (hours)
 WHERE CASE category WHEN 'workshop' THEN i % 20 = 0 ELSE pg_temp.chance(i, 3) < 97 END
"""
_PLANS = """
INSERT INTO training_plans (region_id, id, kind, first_year, last_year, title, text, items, departments, status,
       made_by, submitted_by, submitted_at, decided_by, decided_at)
SELECT {r}, pg_temp.uid('0401', k), kind, first, last, title, '正文', '[]', ARRAY[]::text[], 'approved',
       pg_temp.uid('ff01', 1), pg_temp.uid('ff01', 1), '{y}-01-10', pg_temp.uid('ff01', 2), '{y}-01-20'
  FROM (VALUES (1, 'annual', {y}, {y}, '年度计划'), (2, 'five_year', 2022, 2026, '五年规划'))
       p (k, kind, first, last, title)
ON CONFLICT DO NOTHING;
INSERT INTO experts (region_id, id, name, institution, source, is_local, stage, starts_on, ends_on, until, engaged_by)
SELECT {r}, pg_temp.uid('0402', i), '专家' || i, '师范学院', 'university', false, 'primary', '{y}-01-01', ends, ends,
       pg_temp.uid('ff01', 1)
  FROM generate_series(1, {experts}) i
 CROSS JOIN LATERAL (SELECT (CASE WHEN i % 5 = 0 THEN '{y}-06-01' ELSE '2030-01-01' END)::date) e (ends)
"""
_PROJECTS = """
INSERT INTO projects (region_id, id, level, kind, name, aim, start_year, quota, host_institution_id, host_kind,
       starts_on, ends_on, nominate_until, hours, hours_category, joint_departments, status, made_by, submitted_by,
       approved_by, approved_at)
SELECT {r}, pg_temp.uid('0501', i), 'county', (ARRAY['backbone_teachers', 'backbone_principals', 'backbone_homeroom'])
       [1 + i % 3], '项目' || i, '目标', extract(year FROM starts)::int, 100000,
       CASE WHEN i % 4 < 3 THEN pg_temp.uid('0102', i % ({p} / 10 + 1)) END,
       CASE WHEN i % 4 < 3 THEN 'host_institution' END, starts, starts + 60, starts - 20, 40, 'city',
       CASE WHEN i % 3 = 0 THEN ARRAY['basic_education', 'personnel'] ELSE ARRAY[]::text[] END,
       CASE WHEN starts < '{y}-01-01' THEN 'archived' WHEN starts > '{on}' THEN 'selecting'
            ELSE (ARRAY['running', 'practice', 'evaluating', 'closed', 'archived', 'archived'])[1 + i % 6] END,
       pg_temp.uid('ff01', 1), pg_temp.uid('ff01', 1), pg_temp.uid('ff01', 2), '{y}-01-20'
  FROM (SELECT i, make_date({y} - i / {p}, 2, 1) + 7 * (i % 44) AS starts FROM generate_series(0, {pp} - 1) i) _;
INSERT INTO sub_projects (region_id, id, project_id, name)
SELECT {r}, pg_temp.uid('0502', i), pg_temp.uid('0501', i % {pp}), '子项目' || i
  FROM generate_series(0, 3 * {pp} - 1) i;
INSERT INTO project_people (region_id, id, project_id, role, rank, name, is_leader, follows_whole)
SELECT {r}, pg_temp.uid('0503', i), pg_temp.uid('0501', i % {pp}), 'manager',
       CASE WHEN i < {pp} THEN 'desk_leader' ELSE 'full_time' END, '管理' || i, i < {pp}, i % 5 > 0
  FROM generate_series(0, 3 * {pp} - 1) i
"""
_TRAINEES = """
CREATE TEMPORARY TABLE sent AS
SELECT i, i % {pp} AS project, (k + {c} * (((i % {pp}) * 131 + i / {pp} / {v}) % {each}))::bigint AS teacher, k AS unit,
       p.starts_on AS starts, p.status, pg_temp.chance(i, 5) AS luck
  FROM generate_series(0, {t}::bigint - 1) i
 CROSS JOIN LATERAL (SELECT ((i % {pp}) * 37 + (i / {pp}) % {v}) % {c}) u (k)
  JOIN projects p ON p.region_id = {r} AND p.id = pg_temp.uid('0501', i % {pp});
ANALYZE sent;
INSERT INTO project_nominations (region_id, id, project_id, teacher_id, school_id, unit_id, route, status, findings,
       priority, nominated_by, nominated_on, checked_by, decided_by, decided_at, reason)
SELECT {r}, pg_temp.uid('0601', i), pg_temp.uid('0501', project), pg_temp.uid('0201', teacher),
       pg_temp.uid('0103', teacher % {s}), pg_temp.uid('0101', unit), 'school', 'confirmed', '[]'::jsonb, 1,
       pg_temp.uid('ff01', 3), starts - 25 + (i % 30 = 0)::int * 10, pg_temp.uid('ff01', 4), pg_temp.uid('ff01', 5),
       starts - 10, NULL FROM sent
UNION ALL
SELECT {r}, pg_temp.uid('0602', i), pg_temp.uid('0501', i % {pp}), pg_temp.uid('0201', (i * 53) % {n}),
       pg_temp.uid('0103', (i * 53) % {n} % {s}), pg_temp.uid('0101', (i * 53) % {n} % {c}), 'school', 'rejected',
       CASE WHEN i % 2 = 0 THEN '[{{"rule": "age", "severity": "must"}}]' ELSE '[]' END::jsonb, 1,
       pg_temp.uid('ff01', 3), '{y}-01-15', NULL, pg_temp.uid('ff01', 5), '{y}-01-20', '不符合'
  FROM generate_series(0, {rejected}::bigint - 1) i;
INSERT INTO project_quotas (region_id, id, project_id, unit_id, places, taken)
SELECT {r}, pg_temp.uid('0603', row_number() OVER (ORDER BY project, unit)), pg_temp.uid('0501', project),
       pg_temp.uid('0101', unit), count(*) + (project % 7 = 0)::int, count(*)
  FROM sent GROUP BY project, unit;
INSERT INTO project_trainees (region_id, id, project_id, teacher_id, school_id, unit_id, nomination_id, status,
       joined_on, left_on, left_reason)
SELECT {r}, pg_temp.uid('0604', i), pg_temp.uid('0501', project), pg_temp.uid('0201', teacher),
       pg_temp.uid('0103', teacher % {s}), pg_temp.uid('0101', unit), pg_temp.uid('0601', i),
       CASE WHEN luck < 4 THEN 'withdrawn' ELSE 'enrolled' END, starts - 10,
       CASE WHEN luck < 3 THEN starts + 6 WHEN luck = 3 THEN starts - 5 END, CASE WHEN luck < 4 THEN '因病' END
  FROM sent
"""
_ATTENDANCE = """
INSERT INTO training_sessions (region_id, id, project_id, held_on, part, hours, topic, mode, lecturer_name, status,
       made_by)
SELECT {r}, pg_temp.uid('0701', i), p.id, p.starts_on + 4 * (i / {pp})::int, 'whole', 6, '专题' || i / {pp}, 'online',
       '专家', CASE WHEN i / {pp} = 5 THEN 'cancelled' WHEN p.starts_on + 4 * (i / {pp})::int > '{on}' THEN 'planned'
       ELSE 'held' END, pg_temp.uid('ff01', 1)
  FROM generate_series(0, 6 * {pp}::bigint - 1) i
  JOIN projects p ON p.region_id = {r} AND p.id = pg_temp.uid('0501', i % {pp});
INSERT INTO training_attendances (region_id, id, session_id, trainee_id, teacher_id, school_id, presence, source,
       recorded_by)
SELECT {r}, pg_temp.uid('0702', i * 5 + k), pg_temp.uid('0701', project + k * {pp}), pg_temp.uid('0604', i),
       pg_temp.uid('0201', teacher), pg_temp.uid('0103', teacher % {s}),
       CASE WHEN luck BETWEEN 4 AND 6 THEN 'absent' WHEN (luck + k) % 25 = 0 THEN 'leave' ELSE 'present' END, 'list',
       pg_temp.uid('ff01', 1)
  FROM sent CROSS JOIN generate_series(0, 4) k WHERE starts + 4 * k <= '{on}' AND (luck >= 4 OR luck < 3 AND k < 2);
INSERT INTO training_completions (region_id, id, project_id, trainee_id, teacher_id, school_id, is_recommended,
       figures, findings, status, recommended_by, decided_by, decided_on, reason, hours, project_hours)
SELECT {r}, pg_temp.uid('0703', i), pg_temp.uid('0501', project), pg_temp.uid('0604', i),
       pg_temp.uid('0201', teacher), pg_temp.uid('0103', teacher % {s}), luck > 9, jsonb_build_object(), '[]', done,
       pg_temp.uid('ff01', 1), CASE WHEN done <> 'recommended' THEN pg_temp.uid('ff01', 2) END,
       CASE WHEN done <> 'recommended' THEN starts + 62 END, CASE done WHEN 'not_completed' THEN '缺勤' END, 40, 40
  FROM sent CROSS JOIN LATERAL (SELECT CASE WHEN luck < 10 THEN 'not_completed'
       WHEN luck > 96 THEN 'recommended' ELSE 'completed' END) c (done)
 WHERE luck >= 4 AND status IN ('evaluating', 'closed', 'archived')
"""
_PRACTICE = """
INSERT INTO practice_tasks (region_id, id, project_id, kind, title, requirement, due_on, status, findings, made_by,
       published_by, published_on)
SELECT {r}, pg_temp.uid('0801', i), p.id, 'task', '返岗实践', '要求', p.ends_on, 'published', '[]',
       pg_temp.uid('ff01', 1), pg_temp.uid('ff01', 2), p.starts_on
  FROM generate_series(0, {pp} - 1) i JOIN projects p ON p.region_id = {r} AND p.id = pg_temp.uid('0501', i);
INSERT INTO practice_outputs (region_id, id, task_id, project_id, trainee_id, teacher_id, school_id, title, text,
       status, submitted_by, submitted_on, mark, marked_by, marked_at, published_by, published_on)
SELECT {r}, pg_temp.uid('0802', i), pg_temp.uid('0801', project), pg_temp.uid('0501', project),
       pg_temp.uid('0604', i), pg_temp.uid('0201', teacher), pg_temp.uid('0103', teacher % {s}), '成果', '正文',
       'published', pg_temp.uid('ff01', 1), starts + 50, 80, pg_temp.uid('ff01', 2), starts + 55,
       pg_temp.uid('ff01', 2), starts + 56
  FROM sent WHERE luck >= 35;
INSERT INTO practice_cases (region_id, id, project_id, trainee_id, teacher_id, school_id, kind, output_id, status,
       asked_by, answered_by, answered_at, answer_reason)
SELECT {r}, pg_temp.uid('0803', i * 2 + (kind = 'leading')::int), pg_temp.uid('0501', project),
       pg_temp.uid('0604', i), pg_temp.uid('0201', teacher), pg_temp.uid('0103', teacher % {s}), kind,
       pg_temp.uid('0802', i), said, pg_temp.uid('ff01', 1),
       CASE WHEN said <> 'submitted' THEN pg_temp.uid('ff01', 2) END,
       CASE WHEN said <> 'submitted' THEN starts + 58 END, CASE said WHEN 'declined' THEN '再改' END
  FROM sent JOIN (VALUES ('transfer', 50), ('leading', 78)) k (kind, above) ON luck >= above
 CROSS JOIN LATERAL (SELECT (ARRAY['accepted', 'accepted', 'accepted', 'submitted', 'declined'])[1 + i % 5]) a (said);
DROP TABLE sent
"""
_WORKSHOPS = """
INSERT INTO workshops (region_id, id, family, kind, level, unit_id, unit_kind, leader_id, name, stage, subject, theme,
       start_year, end_year, status, created_by, submitted_by, submitted_role, recommended_by, registered_by, closed_on)
SELECT {r}, pg_temp.uid('0901', i), (ARRAY['teacher_workshop', 'principal_studio', 'homeroom_studio',
       'teacher_workshop'])[1 + i % 4], CASE i % 4 WHEN 0 THEN 'master_studio' WHEN 3 THEN 'grade_subject' END, 'town',
       pg_temp.uid('0101', i % {c}), 'central_school', pg_temp.uid('0201', i * 300 % {n}), '工作坊' || i, 'primary',
       'chinese', '主题', {y} - 1, {y} + 1, CASE WHEN i % 30 = 29 THEN 'closed' ELSE 'registered' END,
       pg_temp.uid('ff01', 1), pg_temp.uid('ff01', 1), 'central_school', NULL, pg_temp.uid('ff01', 2),
       CASE WHEN i % 30 = 29 THEN date '{y}-06-30' END
  FROM generate_series(0, {w}::bigint - 1) i;
INSERT INTO workshop_members (region_id, id, workshop_id, teacher_id, role, joined_on)
SELECT {r}, pg_temp.uid('0902', i), pg_temp.uid('0901', i % {w}), pg_temp.uid('0201', (i * 17 + 1) % {n}),
       CASE WHEN i / {w} < 7 THEN 'core' ELSE 'applicant' END, make_date({y} - 1, 9, 1)
  FROM generate_series(0, 20 * {w}::bigint - 1) i ON CONFLICT DO NOTHING;
INSERT INTO workshop_activities (region_id, id, workshop_id, title, starts_on, ends_on, host_school_id, mode,
       is_reading_forum, summary, status, created_by)
SELECT {r}, pg_temp.uid('0903', i), pg_temp.uid('0901', i % {w}), '研修' || i, day, day, pg_temp.uid('0103', i % {s}),
       'offline', false, CASE WHEN i % 10 > 0 THEN '小结' END, CASE WHEN i % 10 > 0 THEN 'held' ELSE 'cancelled' END,
       pg_temp.uid('ff01', 1)
  FROM (SELECT i, make_date({y}, 1 + (i / {w})::int, 10) AS day FROM generate_series(0, 9 * {w}::bigint - 1) i) _;
INSERT INTO workshop_attendances (region_id, id, activity_id, teacher_id, day, means, recorded_by)
SELECT {r}, pg_temp.uid('0904', a * 20 + k), pg_temp.uid('0903', a),
       pg_temp.uid('0201', ((a % {w} + k * {w}) * 17 + 1) % {n}), make_date({y}, 1 + (a / {w})::int, 10), 'recorded',
       pg_temp.uid('ff01', 1)
  FROM generate_series(0, 9 * {w}::bigint - 1) a CROSS JOIN generate_series(0, 19) k WHERE (a + k) % 10 > 0
ON CONFLICT DO NOTHING;
INSERT INTO workshop_reviews (region_id, id, workshop_id, month, statistics, grade, feedback, status, reviewed_by,
       closed_at)
SELECT {r}, pg_temp.uid('0905', i), pg_temp.uid('0901', i % {w}), make_date({y}, 1 + (i / {w})::int, 1),
       jsonb_build_object(), (ARRAY['excellent', 'good', 'passed', 'failed'])[1 + i % 4], '反馈', 'closed',
       pg_temp.uid('ff01', 1), '{y}-10-10' FROM generate_series(0, 9 * {w}::bigint - 1) i;
INSERT INTO mentor_pairs (region_id, id, workshop_id, mentor_id, apprentice_id, starts_on, ends_on, plan, result,
       status, created_by)
SELECT {r}, pg_temp.uid('0906', i), w.id, w.leader_id, pg_temp.uid('0201', (i * 41 + 7) % {n}), '{y}-01-10',
       CASE WHEN i % 9 = 0 THEN date '{y}-09-30' END, '计划', CASE WHEN i % 9 = 0 THEN '出师' END,
       CASE WHEN i % 9 = 0 THEN 'finished' ELSE 'running' END, pg_temp.uid('ff01', 1)
  FROM generate_series(0, 6 * {w}::bigint - 1) i JOIN workshops w ON w.region_id = {r}
   AND w.id = pg_temp.uid('0901', i % {w}) AND w.leader_id <> pg_temp.uid('0201', (i * 41 + 7) % {n})
 WHERE i / {w} < 3 + i % 4 ON CONFLICT DO NOTHING
"""
_TEAM = """
INSERT INTO trainer_appointments (region_id, id, teacher_id, school_id, holder_name, route, source, stage, subject,
       starts_on, ends_on, until, status, number, findings, appointed_by, ended_by, end_reason)
SELECT {r}, pg_temp.uid('0a01', i), pg_temp.uid('0201', i * 150 + 1), pg_temp.uid('0103', (i * 150 + 1) % {s}),
       '教师' || i * 150 + 1, 'recorded', 'local', 'primary', 'chinese', '2025-09-01', '2028-08-31',
       CASE WHEN i % 10 = 0 THEN '{y}-03-31' ELSE '2028-08-31' END::date,
       CASE WHEN i % 10 = 0 THEN 'dismissed' ELSE 'appointed' END, '聘' || i, '[]', pg_temp.uid('ff01', 1),
       CASE WHEN i % 10 = 0 THEN pg_temp.uid('ff01', 2) END, CASE WHEN i % 10 = 0 THEN '调离' END
  FROM generate_series(0, {trainers}::bigint - 1) i;
INSERT INTO trainer_assignments (region_id, id, appointment_id, teacher_id, school_id, duty, place, title, done_on,
       start_year, hours, fee_fen, assigned_by)
SELECT {r}, pg_temp.uid('0a02', i * 3 + k), pg_temp.uid('0a01', i), pg_temp.uid('0201', i * 150 + 1),
       pg_temp.uid('0103', (i * 150 + 1) % {s}), 'lecture', 'other', '讲座', make_date({y} - k, 4, 10), {y} - 1 - k, 4,
       0, pg_temp.uid('ff01', 1)
  FROM generate_series(0, {trainers}::bigint - 1) i CROSS JOIN generate_series(0, 2) k WHERE i % 12 > 0 OR k > 0
"""
_BASES = """
INSERT INTO school_titles (region_id, id, starts_on, status, asked_by, answered_by, answered_at, school_id, kind)
SELECT {r}, pg_temp.uid('0b01', i), '{y}-01-01', 'confirmed', pg_temp.uid('ff01', 1), pg_temp.uid('ff01', 2),
       '{y}-01-01', pg_temp.uid('0103', i), kind
  FROM generate_series(0, {titles}::bigint - 1) i
 CROSS JOIN LATERAL (SELECT (ARRAY['development_school', 'demonstration_school'])[1 + i % 2]) k (kind);
INSERT INTO assistance_pairs (region_id, id, starts_on, status, asked_by, answered_by, answered_at, title_id,
       helper_id, helped_id, findings)
SELECT {r}, pg_temp.uid('0b02', i), '{y}-02-01', 'confirmed', pg_temp.uid('ff01', 1), pg_temp.uid('ff01', 2),
       '{y}-02-01', pg_temp.uid('0b01', i / 4), pg_temp.uid('0103', i / 4), pg_temp.uid('0103', {titles} + i), '[]'
  FROM generate_series(0, 4 * {titles}::bigint - 1) i WHERE i % 4 < i / 4 % 5 AND {titles} + i < {s}
"""
_WORDS = """
INSERT INTO publications (region_id, id, organisation_id, teacher_id, column_code, title, source, happened_on, persons,
       channel, link, published_on, status, asked_by, answered_by, answered_at)
SELECT {r}, pg_temp.uid('0c01', i), pg_temp.uid('0103', i % {s}), pg_temp.uid('0201', i * 90 % {n}), 'news',
       '信息' || i, 'school', day, '[]', CASE WHEN is_out THEN 'bureau_site' END,
       CASE WHEN is_out THEN 'https://example.invalid/p/' || i END, CASE WHEN is_out THEN day END,
       CASE WHEN is_out THEN 'published' ELSE 'submitted' END, pg_temp.uid('ff01', 1),
       CASE WHEN is_out THEN pg_temp.uid('ff01', 2) END, CASE WHEN is_out THEN day END
  FROM (SELECT i, date '{y}-11-01' - (i % 600)::int AS day, i % 8 > 0 AS is_out
          FROM generate_series(0, {publications}::bigint - 1) i) _;
INSERT INTO typical_cases (region_id, id, organisation_id, teacher_id, term, title, summary, recommended_to,
       recommended_on, recommended_by, status, asked_by, answered_by, answered_at)
SELECT {r}, pg_temp.uid('0c02', i), pg_temp.uid('0103', i % {s}), pg_temp.uid('0201', i * 180 % {n}), '2025-2026-2',
       '案例' || i, '摘要', CASE WHEN i % 5 = 0 THEN 'province' END, CASE WHEN i % 5 = 0 THEN day END,
       CASE WHEN i % 5 = 0 THEN pg_temp.uid('ff01', 3) END,
       CASE WHEN i % 5 = 0 THEN 'recommended' WHEN i % 5 < 4 THEN 'accepted' ELSE 'submitted' END,
       pg_temp.uid('ff01', 1), CASE WHEN i % 5 < 4 THEN pg_temp.uid('ff01', 2) END, CASE WHEN i % 5 < 4 THEN day END
  FROM (SELECT i, date '{y}-11-01' - (i % 500)::int AS day FROM generate_series(0, {cases}::bigint - 1) i) _;
INSERT INTO awards (region_id, id, kind, year, subject, subject_id, holder_name, unit_id, teacher_id, route, number,
       awarded_on, granted_by)
SELECT {r}, pg_temp.uid('0c03', i), 'excellent_trainee', {y} - i % 2, 'teacher', t.id, t.name, t.school_id, t.id,
       'recorded', '奖' || i, make_date({y} - (i % 2)::int, 6, 1), pg_temp.uid('ff01', 1)
  FROM generate_series(0, {awards}::bigint - 1) i
  JOIN teachers t ON t.region_id = {r} AND t.id = pg_temp.uid('0201', i * 250 % {n})
"""
_MONEY = """
INSERT INTO budget_lines (region_id, id, project_id, year, purpose, title, amount_fen, spent_fen, made_by)
SELECT {r}, pg_temp.uid('0d01', i), pg_temp.uid('0501', i / 5), {y} - i / 5 / {p}, 'training', '预算' || i, 100000000,
       30000, pg_temp.uid('ff01', 1) FROM generate_series(0, 5 * {pp} - 1) i;
INSERT INTO payments (region_id, id, line_id, payee, matter, amount_fen, paid_on, status, recorded_by, confirmed_by,
       confirmed_at)
SELECT {r}, pg_temp.uid('0d02', i), pg_temp.uid('0d01', i / 3), '收款人', '支出' || i, 10000,
       make_date({y} - i / 15 / {p}, 1 + i % 11, 5), said, pg_temp.uid('ff01', 1),
       CASE said WHEN 'confirmed' THEN pg_temp.uid('ff01', 2) END,
       CASE said WHEN 'confirmed' THEN '{y}-11-01'::timestamptz END
  FROM generate_series(0, 15 * {pp} - 1) i
 CROSS JOIN LATERAL (SELECT CASE WHEN i % 6 = 0 THEN 'recorded' ELSE 'confirmed' END) s (said)
"""
_STATEMENTS = (
    _PLACES,
    _TEACHERS,
    _SPELLS,
    _HOURS,
    _PLANS,
    _PROJECTS,
    _TRAINEES,
    _ATTENDANCE,
    _PRACTICE,
    _WORKSHOPS,
    _TEAM,
    _BASES,
    _WORDS,
    _MONEY,
)
