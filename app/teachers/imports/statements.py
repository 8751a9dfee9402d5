"""SQL of importing rosters: every statement names the region and the import."""

from typing import Final

from sqlalchemy import ARRAY, Boolean, Date, LargeBinary, Text, Uuid, bindparam, text, update
from sqlalchemy import Column as TableColumn

from app.core.batch.staging import CREATE, FAULTY, LOOKED_AT, REFUSED, UPDATE, stage_table

STAGE = stage_table(
    "import_stage_teachers",
    TableColumn("staff_no", Text),
    TableColumn("name", Text),
    TableColumn("sex", Text),
    TableColumn("birth_date", Date),
    TableColumn("id_number", LargeBinary),
    TableColumn("id_number_index", LargeBinary),
    TableColumn("id_number_masked", Text),
    TableColumn("mobile", LargeBinary),
    TableColumn("mobile_masked", Text),
    TableColumn("school_code", Text),
    TableColumn("school_name", Text),
    TableColumn("stage", Text),
    TableColumn("subject", Text),
    TableColumn("title", Text),
    TableColumn("is_on_post", Boolean),
    TableColumn("joined_profession_on", Date),
    TableColumn("starts_on", Date),
    TableColumn("cleared", ARRAY(Text)),
    TableColumn("record_id", Uuid),
    TableColumn("spell_id", Uuid),
    TableColumn("teacher_id", Uuid),
    TableColumn("school_id", Uuid),
)
_MINE: Final = "s.import_id = :import"
_CHUNK: Final = f"{_MINE} AND s.position BETWEEN :first AND :last"

SCHOOLS = text(
    "SELECT id, kind, code, name, short_name, status FROM organisations WHERE region_id = :region ORDER BY id"
)
PENDING_ROWS = text(
    f"""
    SELECT s.number, s.record_id AS id, s.staff_no, s.name, s.sex, s.birth_date, s.id_number_index, s.mobile,
           s.mobile_masked,
           s.school_code, s.school_name, s.stage, s.subject, s.title, s.is_on_post, s.joined_profession_on,
           s.starts_on, s.cleared, a.id AS by_staff_no, a.name AS known_name, a.sex AS known_sex,
           a.birth_date AS known_birth_date, a.school_id AS known_school_id, o.name AS known_school_name,
           a.status AS known_status, a.is_on_post AS known_is_on_post, a.stage AS known_stage,
           a.subject AS known_subject, a.title AS known_title, a.mobile AS known_mobile,
           a.joined_profession_on AS known_joined_profession_on, i.region_id AS holder_region_id,
           CASE WHEN i.region_id = :region THEN i.teacher_id END AS by_number, s.plan = '{FAULTY}' AS is_faulty,
           CASE WHEN s.plan = '{FAULTY}' THEN ARRAY(
               SELECT f."column" FROM import_faults f WHERE f.region_id = :region AND f.import_id = :import
                  AND f.row = s.number AND f.level = 'error') END AS unread
      FROM import_stage_teachers AS s
      LEFT JOIN teachers a ON a.region_id = :region AND a.staff_no = s.staff_no
      LEFT JOIN organisations o ON o.region_id = :region AND o.id = a.school_id
      LEFT JOIN identity_numbers i ON i.number_index = s.id_number_index
     WHERE s.region_id = :region AND {_MINE} AND s.plan IN {LOOKED_AT} AND s.number > :after
     ORDER BY s.number LIMIT :most
    """
)
SET_PLAN = (
    update(STAGE)
    .where(
        STAGE.c.region_id == bindparam("region"),
        STAGE.c.import_id == bindparam("import"),
        STAGE.c.number == bindparam("at"),
    )
    .values(
        plan=bindparam("to_plan"),
        teacher_id=bindparam("teacher"),
        school_id=bindparam("school"),
        mobile=bindparam("sealed_mobile"),
        mobile_masked=bindparam("masked_mobile"),
    )
)
# Two rows with different staff numbers and the same identity number: nobody knows which is right.
_TWICE: Final = f"""
SELECT s.number, min(s.number) OVER w AS first, count(*) OVER w AS lines FROM import_stage_teachers AS s
 WHERE s.region_id = :region AND {_MINE} AND s.plan <> '{REFUSED}'
   AND s.id_number_index IS NOT NULL WINDOW w AS (PARTITION BY s.id_number_index)
"""
REFUSE_REPEATED = text(
    f"""
    INSERT INTO import_faults (region_id, import_id, row, level, code, message)
    SELECT :region, :import, t.number, 'error', 'DUPLICATE_CONFLICT',
           '第' || t.number || '行与第' || t.first || '行等行身份证号相同但教职工号不同，请核对后只保留一行。'
      FROM ({_TWICE}) AS t WHERE t.lines > 1 ORDER BY t.number
    """
)
PLAN_REPEATED = text(
    f"""
    UPDATE import_stage_teachers AS s SET plan = '{REFUSED}'
      FROM ({_TWICE}) AS t WHERE s.region_id = :region AND {_MINE} AND s.number = t.number AND t.lines > 1
    """
)
ORDER = text(
    f"""
    UPDATE import_stage_teachers AS s SET position = o.position
      FROM (SELECT s.number, row_number() OVER (ORDER BY s.teacher_id, s.number) AS position
              FROM import_stage_teachers AS s
                WHERE s.region_id = :region AND {_MINE} AND s.plan IN ('{CREATE}', '{UPDATE}')) AS o
     WHERE s.region_id = :region AND {_MINE} AND s.number = o.number
    """
)

LOCK_TEACHERS = text(
    f"""
    SELECT count(*) FROM (
        SELECT 1 FROM teachers t WHERE t.region_id = :region AND t.id IN
               (SELECT s.teacher_id FROM import_stage_teachers AS s
                 WHERE s.region_id = :region AND {_CHUNK} AND s.plan = '{UPDATE}')
         ORDER BY t.id FOR UPDATE) AS locked
    """
)
HOLD_SCHOOLS = text(
    f"""
    SELECT o.name, o.status FROM organisations o WHERE o.region_id = :region AND o.id IN
           (SELECT s.school_id FROM import_stage_teachers AS s
             WHERE s.region_id = :region AND {_CHUNK} AND s.plan = '{CREATE}')
     ORDER BY o.id FOR KEY SHARE
    """
)
# Before anything changes: whose counters must be counted afresh, at which schools, from which day.
ROSTER = text(
    f"""
    SELECT s.teacher_id, s.school_id, s.starts_on AS since FROM import_stage_teachers AS s
     WHERE s.region_id = :region AND {_CHUNK} AND s.plan = '{CREATE}'
    UNION ALL
    SELECT s.teacher_id, e.school_id, e.starts_on FROM import_stage_teachers AS s
      JOIN teachers t ON t.region_id = :region AND t.id = s.teacher_id
      JOIN employments e ON e.region_id = :region AND e.teacher_id = s.teacher_id
     WHERE s.region_id = :region AND {_CHUNK} AND s.plan = '{UPDATE}'
       AND (coalesce(s.stage, t.stage), coalesce(s.subject, t.subject)) <> (t.stage, t.subject)
    """
)
CLAIM_NUMBERS = text(
    f"""
    INSERT INTO identity_numbers (number_index, region_id, teacher_id)
    SELECT s.id_number_index, :region, s.teacher_id FROM import_stage_teachers AS s
     WHERE s.region_id = :region AND {_CHUNK} AND s.plan = '{CREATE}' ORDER BY s.id_number_index
    """
)
ADD_TEACHERS = text(
    f"""
    INSERT INTO teachers (region_id, id, staff_no, name, sex, birth_date, id_number, id_number_index, id_number_masked,
        mobile, mobile_masked, school_id, is_on_post, stage, subject, title, joined_profession_on)
    SELECT :region, s.teacher_id, s.staff_no, s.name, s.sex, s.birth_date, s.id_number, s.id_number_index,
           s.id_number_masked, s.mobile, s.mobile_masked, s.school_id, coalesce(s.is_on_post, true), s.stage, s.subject,
           coalesce(s.title, 'none'), s.joined_profession_on
      FROM import_stage_teachers AS s
        WHERE s.region_id = :region AND {_CHUNK} AND s.plan = '{CREATE}' ORDER BY s.position
    """
)
ADD_SPELLS = text(
    f"""
    INSERT INTO employments (region_id, id, teacher_id, school_id, is_on_post, starts_on)
    SELECT :region, s.spell_id, s.teacher_id, s.school_id, coalesce(s.is_on_post, true), s.starts_on
      FROM import_stage_teachers AS s
        WHERE s.region_id = :region AND {_CHUNK} AND s.plan = '{CREATE}' ORDER BY s.position
    """
)
CHANGE_TEACHERS = text(
    f"""
    UPDATE teachers AS t
       SET stage = coalesce(s.stage, t.stage), subject = coalesce(s.subject, t.subject),
           title = coalesce(s.title, t.title),
           joined_profession_on = CASE WHEN 'joined_profession_on' = ANY (s.cleared) THEN NULL
                                  ELSE coalesce(s.joined_profession_on, t.joined_profession_on) END,
           mobile = CASE WHEN 'mobile' = ANY (s.cleared) THEN NULL ELSE coalesce(s.mobile, t.mobile) END,
           mobile_masked = CASE WHEN 'mobile' = ANY (s.cleared) THEN NULL
                           ELSE coalesce(s.mobile_masked, t.mobile_masked) END,
           version = t.version + 1, updated_at = clock_timestamp()
      FROM import_stage_teachers AS s
     WHERE s.region_id = :region AND {_CHUNK} AND s.plan = '{UPDATE}' AND t.region_id = :region AND t.id = s.teacher_id
    """
)

PREVIEW: Final = f"""
SELECT s.number, s.plan,
       CASE WHEN s.plan = '{UPDATE}' THEN jsonb_build_object('staff_no', t.staff_no, 'name', t.name, 'stage', t.stage,
           'subject', t.subject, 'title', t.title, 'mobile_masked', t.mobile_masked,
           'joined_profession_on', t.joined_profession_on) END AS before,
       jsonb_build_object('staff_no', s.staff_no, 'name', s.name, 'stage', coalesce(s.stage, t.stage),
           'subject', coalesce(s.subject, t.subject), 'title', coalesce(s.title, t.title),
           'mobile_masked', CASE WHEN 'mobile' = ANY (s.cleared) THEN NULL
                            ELSE coalesce(s.mobile_masked, t.mobile_masked) END,
           'joined_profession_on', CASE WHEN 'joined_profession_on' = ANY (s.cleared) THEN NULL
                                   ELSE coalesce(s.joined_profession_on, t.joined_profession_on) END)
       || CASE WHEN s.plan = '{CREATE}' THEN jsonb_build_object('id_number_masked', s.id_number_masked, 'sex', s.sex,
               'birth_date', s.birth_date, 'school_id', s.school_id) ELSE '{{}}' END AS after
  FROM import_stage_teachers AS s LEFT JOIN teachers t ON t.region_id = :region AND t.id = s.teacher_id
 WHERE s.region_id = :region AND {_MINE}
"""
# Of the schools that the file speaks of: who is active there and named by no row, whatever becomes of the row.
ABSENTEES: Final = f"""
SELECT t.id AS place, jsonb_build_object('id', t.id, 'staff_no', t.staff_no, 'name', t.name, 'school', o.name) AS before
  FROM teachers t JOIN organisations o ON o.region_id = :region AND o.id = t.school_id
 WHERE t.region_id = :region AND t.status = 'active'
   AND (CAST(:scope AS text[]) IS NULL OR t.school_id::text = ANY (CAST(:scope AS text[])))
   AND t.school_id IN (SELECT s.school_id FROM import_stage_teachers AS s WHERE s.region_id = :region AND {_MINE}
                       UNION SELECT k.school_id FROM import_stage_teachers AS s
                               JOIN teachers k ON k.region_id = :region AND k.staff_no = s.staff_no
                              WHERE s.region_id = :region AND {_MINE})
   AND NOT EXISTS (SELECT 1 FROM import_stage_teachers AS s WHERE s.region_id = :region AND {_MINE}
                   AND (s.staff_no = t.staff_no OR s.id_number_index = t.id_number_index))
"""
KEEP_BEFORE = text(
    f"""
    INSERT INTO import_changes (region_id, import_id, row, entity_id, before, entity_version)
    SELECT :region, :import, s.number, t.id,
           CASE WHEN s.plan = '{UPDATE}' THEN jsonb_build_object('stage', t.stage, 'subject', t.subject,
               'title', t.title, 'joined_profession_on', t.joined_profession_on, 'mobile', encode(t.mobile, 'base64'),
               'mobile_masked', t.mobile_masked) END,
           t.version + CASE WHEN s.plan = '{UPDATE}' THEN 1 ELSE 0 END
      FROM import_stage_teachers AS s JOIN teachers t ON t.region_id = :region AND t.id = s.teacher_id
     WHERE s.region_id = :region AND {_CHUNK} AND s.plan IN ('{CREATE}', '{UPDATE}')
    ON CONFLICT DO NOTHING
    """
)
TO_UNDO = text(
    """
    SELECT c.row, c.entity_id, c.before IS NULL AS is_new, t.version = c.entity_version AS is_untouched, t.school_id,
           (SELECT min(e.starts_on) FROM employments e WHERE e.region_id = :region AND e.teacher_id = t.id) AS starts_on
      FROM import_changes c JOIN teachers t ON t.region_id = :region AND t.id = c.entity_id
     WHERE c.region_id = :region AND c.import_id = :import AND c.undone IS NULL
     ORDER BY t.id LIMIT :most FOR UPDATE OF t
    """
)
RESTORE = text(
    """
    UPDATE teachers AS t
       SET stage = c.before ->> 'stage', subject = c.before ->> 'subject', title = c.before ->> 'title',
           joined_profession_on = (c.before ->> 'joined_profession_on')::date,
           mobile = decode(c.before ->> 'mobile', 'base64'), mobile_masked = c.before ->> 'mobile_masked',
           version = t.version + 1, updated_at = clock_timestamp()
      FROM import_changes c
     WHERE c.region_id = :region AND c.import_id = :import AND c.row = ANY (:rows)
       AND t.region_id = :region AND t.id = c.entity_id
    """
)
