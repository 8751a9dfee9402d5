"""The scorecard's counts in plain SQL, written by hand from the regulation's words and not from the service's queries.

What the long test holds the card of a province against, and the floor of `make bench`. Each is a SELECT of one row,
all and counts; $1 the region, $2 the first day of the calendar year, $3 the last day that is read, past 31 August.
"""

_BEGUN = (
    "p.region_id = $1 AND date_trunc('year', p.starts_on) = $2::date"
    " AND p.status IN ('running', 'practice', 'evaluating', 'closed', 'archived')"
)
_APPROVED = (
    "p.region_id = $1 AND date_trunc('year', p.starts_on) = $2::date"
    " AND p.status NOT IN ('draft', 'submitted', 'cancelled')"
)
_PERSONS = f"""
SELECT t.*, p.name, p.starts_on, p.status AS project_status FROM project_trainees t
  JOIN projects p USING (region_id) WHERE p.id = t.project_id AND {_BEGUN}
"""
_COUNTED = "(t.left_on IS NULL OR t.status = 'withdrawn' AND t.left_on > t.starts_on)"
_PRESENCE = f"""
WITH persons AS MATERIALIZED ({_PERSONS}), held AS MATERIALIZED (
  SELECT s.* FROM training_sessions s WHERE s.region_id = $1 AND s.status = 'held'
), looked AS (
  SELECT t.id, bool_or(true) FILTER (WHERE h.id IS NOT NULL) AS was_due, count(a.id) AS present, t.left_on, t.starts_on,
         t.status
    FROM persons t LEFT JOIN held h ON h.project_id = t.project_id AND h.held_on >= t.joined_on
                                   AND h.held_on < coalesce(t.left_on, 'infinity')
    LEFT JOIN training_attendances a ON a.region_id = $1 AND a.session_id = h.id AND a.trainee_id = t.id
                                    AND a.presence = 'present'
   WHERE {_COUNTED} GROUP BY t.id, t.left_on, t.starts_on, t.status
), known AS (SELECT * FROM looked WHERE was_due OR left_on > starts_on)
"""
_DECIDED = f"""
WITH persons AS ({_PERSONS}), decided AS (
  SELECT c.status AS said FROM persons t LEFT JOIN training_completions c ON c.region_id = $1 AND c.trainee_id = t.id
   WHERE {_COUNTED} AND (c.status IN ('completed', 'not_completed') OR t.left_on IS NOT NULL
                         OR t.project_status IN ('closed', 'archived'))
)
"""
_PLACES = f"""
WITH sent AS (
  SELECT n.project_id, n.unit_id, count(*) AS people FROM project_nominations n, projects p
   WHERE n.region_id = $1 AND p.region_id = $1 AND p.id = n.project_id AND n.route <> 'substitution'
     AND n.status IN ('applied', 'nominated', 'passed', 'checked', 'confirmed')
     AND n.nominated_on <= coalesce(p.nominate_until, p.starts_on) GROUP BY 1, 2
), over AS (
  SELECT q.places, least(q.places, coalesce((SELECT s.people FROM sent s WHERE s.project_id = q.project_id
         AND s.unit_id = q.unit_id), 0)) AS taken
    FROM project_quotas q, projects p WHERE q.region_id = $1 AND p.id = q.project_id AND {_APPROVED}
     AND coalesce(p.nominate_until, p.starts_on) < $3
)
"""
_STUDIOS = """
SELECT w.* FROM workshops w WHERE w.region_id = $1 AND w.registered_by IS NOT NULL
   AND (w.family <> 'teacher_workshop' AND w.family <> 'rural_chief_studio' OR w.kind = 'master_studio')
   AND (w.status = 'registered' OR w.closed_on > $3)
   AND $3 BETWEEN make_date(w.start_year, 9, 1) AND make_date(w.end_year + 1, 8, 31)
"""
_ALL = "SELECT count(*) AS all, count(*) AS counts FROM "


def _title(kind: str, least: int, most: int) -> str:
    return f"""
SELECT count(*) AS all, count(*) FILTER (WHERE n BETWEEN {least} AND {most}) AS counts FROM (
  SELECT t.id, count(a.id) AS n FROM school_titles t LEFT JOIN assistance_pairs a ON a.region_id = $1
     AND a.title_id = t.id AND a.status IN ('confirmed', 'ended') AND a.starts_on <= $3
     AND coalesce(a.ends_on, 'infinity') >= $3
   WHERE t.region_id = $1 AND t.kind = '{kind}' AND t.status IN ('confirmed', 'ended') AND t.starts_on <= $3
     AND coalesce(t.ends_on, 'infinity') >= $3 GROUP BY t.id) one"""


def _studio(which: str) -> str:
    return f"{_ALL}({_STUDIOS}) w WHERE {which}"


def _trained(kind: str) -> str:
    return (
        f"SELECT count(DISTINCT t.teacher_id) AS all, count(DISTINCT t.teacher_id) AS counts FROM ({_PERSONS}) t"
        f" WHERE t.left_on IS NULL AND t.joined_on <= $3 AND EXISTS (SELECT FROM projects k WHERE k.region_id = $1"
        f" AND k.id = t.project_id AND k.kind = '{kind}')"
    )


def _case(kind: str) -> str:
    return (
        f"SELECT count(*) AS all, count(c.trainee_id) AS counts FROM ({_PERSONS}) t LEFT JOIN (SELECT DISTINCT"
        f" trainee_id FROM practice_cases WHERE region_id = $1 AND kind = '{kind}' AND status = 'accepted') c"
        " ON c.trainee_id = t.id WHERE t.left_on IS NULL"
    )


COUNTS = {
    "steering.experts": f"{_ALL}experts WHERE region_id = $1 AND $3 >= starts_on AND $3 < coalesce(until, 'infinity')",
    "plans.annual": f"{_ALL}training_plans WHERE region_id = $1 AND kind = 'annual' AND status = 'approved'"
    " AND first_year = extract(year FROM $2::date)",
    "projects.accompanied": "SELECT count(*) AS all, count(m.project_id) AS counts FROM projects p LEFT JOIN (SELECT"
    " DISTINCT project_id FROM project_people WHERE region_id = $1 AND role = 'manager' AND is_leader AND follows_whole"
    f" AND rank IN ('desk_leader', 'vice_principal')) m ON m.project_id = p.id WHERE {_BEGUN}",
    "projects.archived": "SELECT count(*) AS all, count(*) FILTER (WHERE status = 'archived') AS counts FROM projects"
    " WHERE region_id = $1 AND status IN ('running', 'practice', 'evaluating', 'closed', 'archived')"
    " AND ends_on BETWEEN $2 AND $3",
    "projects.joint": "SELECT count(*) AS all, count(*) FILTER (WHERE joint_departments <> '{}') AS counts"
    f" FROM projects p WHERE {_APPROVED}",
    "projects.hosted": f"{_ALL}projects p WHERE {_APPROVED} AND host_kind IS NOT NULL",
    "trained.teachers": _trained("backbone_teachers"),
    "trained.principals": _trained("backbone_principals"),
    "trained.homeroom": _trained("backbone_homeroom"),
    "rates.nomination": f"{_PLACES} SELECT sum(places) AS all, sum(taken) AS counts FROM over",
    "deductions.short_nomination": f"{_PLACES} SELECT sum(places - taken) AS all, sum(places - taken) AS counts"
    " FROM over",
    "rates.attendance": f"{_PRESENCE} SELECT count(*) AS all, count(*) FILTER (WHERE present > 0) AS counts FROM known",
    "deductions.missed_training": f"{_PRESENCE} {_ALL}known WHERE present = 0",
    "rates.completion": f"{_DECIDED} SELECT count(*) AS all, count(*) FILTER (WHERE said = 'completed') AS counts"
    " FROM decided",
    "deductions.not_completed": f"{_DECIDED} {_ALL}decided WHERE said IS DISTINCT FROM 'completed'",
    "deductions.not_eligible": f"{_ALL}project_nominations n JOIN projects p ON p.id = n.project_id"
    f" WHERE n.region_id = $1 AND {_APPROVED} AND n.status = 'rejected' AND n.nominated_by IS NOT NULL"
    " AND jsonb_path_exists(n.findings, '$[*] ? (@.severity == \"must\")')",
    "trainers.people": f"{_ALL}trainer_appointments WHERE region_id = $1 AND daterange(starts_on, until) @> $3::date",
    "trainers.took_part": "SELECT count(*) AS all, count(w.teacher_id) AS counts FROM trainer_appointments a LEFT JOIN"
    " (SELECT DISTINCT teacher_id FROM trainer_assignments WHERE region_id = $1 AND done_on BETWEEN $2 AND $3) w"
    " ON w.teacher_id = a.teacher_id WHERE a.region_id = $1 AND daterange(a.starts_on, a.until) @> $3::date",
    "studios.master": _studio("kind = 'master_studio'"),
    "studios.principal": _studio("family = 'principal_studio'"),
    "studios.homeroom": _studio("family = 'homeroom_studio'"),
    "studios.leading": "SELECT count(*) AS all, count(*) FILTER (WHERE n >= 5) AS counts FROM (SELECT w.id,"
    " count(DISTINCT m.apprentice_id) AS n"
    f" FROM ({_STUDIOS}) w LEFT JOIN mentor_pairs m ON m.region_id = $1 AND m.workshop_id = w.id"
    " AND daterange(m.starts_on, m.ends_on, '[]') && daterange($2, $3, '[]') GROUP BY w.id) led",
    "studios.led_people": "SELECT count(DISTINCT apprentice_id) AS all, count(DISTINCT apprentice_id) AS counts"
    f" FROM mentor_pairs m JOIN ({_STUDIOS}) w ON w.id = m.workshop_id WHERE m.region_id = $1"
    " AND daterange(m.starts_on, m.ends_on, '[]') && daterange($2, $3, '[]')",
    "linkage.pairs": f"{_ALL}assistance_pairs WHERE region_id = $1 AND status IN ('confirmed', 'ended')"
    " AND $3 BETWEEN starts_on AND coalesce(ends_on, 'infinity')",
    "schools.development": _title("development_school", 1, 3),
    "schools.demonstration": _title("demonstration_school", 1, 3),
    "funds.lines": f"{_ALL}budget_lines WHERE region_id = $1 AND make_date(year, 1, 1) = $2",
    "funds.payments": f"{_ALL}payments WHERE region_id = $1 AND confirmed_by IS NOT NULL AND status = 'confirmed'"
    " AND paid_on BETWEEN $2 AND $3",
    "cases.accepted": f"{_ALL}typical_cases WHERE region_id = $1 AND status IN ('accepted', 'recommended')"
    " AND (answered_at AT TIME ZONE 'Asia/Shanghai')::date BETWEEN $2 AND $3",
    "cases.recommended": f"{_ALL}typical_cases WHERE region_id = $1 AND status = 'recommended'"
    " AND recommended_on BETWEEN $2 AND $3",
    "publications.published": f"{_ALL}publications WHERE region_id = $1 AND status = 'published'"
    " AND published_on BETWEEN $2 AND $3",
    "cases.transfer": _case("transfer"),
    "cases.leading": _case("leading"),
    "awards.granted": f"{_ALL}awards WHERE region_id = $1 AND status IN ('granted', 'revoking')"
    " AND awarded_on BETWEEN $2 AND $3",
    "hours.research_met": "SELECT count(*) AS all, count(*) FILTER (WHERE s.credited >= s.target) AS counts"
    " FROM employments e JOIN teachers t ON t.region_id = $1 AND t.id = e.teacher_id AND t.merged_into_id IS NULL"
    " LEFT JOIN hours_summaries s ON s.region_id = $1 AND s.teacher_id = e.teacher_id"
    " AND s.category = 'school_research' AND s.school_year = extract(year FROM $2::date) - 1"
    " WHERE e.region_id = $1 AND e.is_on_post"
    " AND daterange(e.starts_on, e.ends_on) @> make_date(extract(year FROM $2::date)::int, 8, 31)",
}
ALL_AT_ONCE = " UNION ALL ".join(
    f"SELECT '{code}' AS code, one.all::bigint, one.counts::bigint FROM ({statement}) one"
    for code, statement in COUNTS.items()
)
"""Every count as one statement."""
