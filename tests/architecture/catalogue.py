"""The catalogue of a database as text, one line per fact: what Alembic's comparison does not see."""

import asyncpg

SCHEMAS = ("public", "queue")
LIBRARY_SCHEMAS = ("queue",)
"""Schemas made by a library's own script: only their tables and grants are ours to watch."""

_TABLES = """
SELECT format('table %I.%I %s', n.nspname, c.relname, CASE WHEN c.relrowsecurity AND c.relforcerowsecurity
              THEN 'rls forced' WHEN c.relrowsecurity THEN 'rls' ELSE 'open' END
              || CASE c.relpersistence WHEN 'u' THEN ' unlogged' ELSE '' END)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p', 'v', 'm') AND n.nspname = ANY ($1)
"""

_POLICIES = """
SELECT format('policy %I.%I %s for %s to %s using %s check %s', schemaname, tablename, policyname, cmd, roles, qual,
              with_check)
  FROM pg_policies WHERE schemaname = ANY ($1)
"""

_CONSTRAINTS = """
SELECT format('constraint %I.%I %s %s', n.nspname, c.relname, o.conname, pg_get_constraintdef(o.oid))
  FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE o.contype IN ('p', 'u', 'x', 'f', 'c') AND n.nspname = ANY ($1) AND n.nspname <> ALL ($2)
"""

_UNIQUE_INDEXES = """
SELECT format('index %I.%I %s', n.nspname, t.relname, pg_get_indexdef(x.indexrelid))
  FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace
 WHERE x.indisunique AND n.nspname = ANY ($1) AND n.nspname <> ALL ($2)
   AND NOT EXISTS (SELECT 1 FROM pg_constraint o WHERE o.conindid = x.indexrelid)
"""

_TRIGGERS = """
SELECT format('trigger %I.%I %s %s %s', n.nspname, c.relname, g.tgname,
              CASE g.tgenabled WHEN 'A' THEN 'always' WHEN 'O' THEN 'origin' WHEN 'D' THEN 'disabled' ELSE '?' END,
              pg_get_triggerdef(g.oid))
  FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE NOT g.tgisinternal AND n.nspname = ANY ($1) AND n.nspname <> ALL ($2)
"""

_FUNCTIONS = """
SELECT format('function %I.%s(%s) %s %s executable by %s', n.nspname, p.proname,
              pg_get_function_identity_arguments(p.oid),
              CASE WHEN p.prosecdef THEN 'definer' ELSE 'invoker' END, coalesce(array_to_string(p.proconfig, ' '), '-'),
              (SELECT string_agg(coalesce(r.rolname, 'PUBLIC'), ',' ORDER BY coalesce(r.rolname, 'PUBLIC'))
                 FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
                 LEFT JOIN pg_roles r ON r.oid = a.grantee))
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
 WHERE n.nspname = ANY ($1) AND n.nspname <> ALL ($2)
"""

_TABLE_GRANTS = """
SELECT format('grant %I.%I %s: %s', n.nspname, c.relname, coalesce(r.rolname, 'PUBLIC'),
              string_agg(a.privilege_type, ' ' ORDER BY a.privilege_type))
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 CROSS JOIN LATERAL aclexplode(c.relacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
 WHERE n.nspname = ANY ($1) AND a.grantee <> c.relowner
 GROUP BY n.nspname, c.relname, r.rolname
"""

_COLUMN_GRANTS = """
SELECT format('grant %I.%I %s: %s (%s)', n.nspname, c.relname, coalesce(r.rolname, 'PUBLIC'), a.privilege_type,
              string_agg(t.attname, ', ' ORDER BY t.attname))
  FROM pg_attribute t JOIN pg_class c ON c.oid = t.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
 CROSS JOIN LATERAL aclexplode(t.attacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
 WHERE n.nspname = ANY ($1) AND a.grantee <> c.relowner
 GROUP BY n.nspname, c.relname, r.rolname, a.privilege_type
"""

_WHOLE = (_TABLES, _TABLE_GRANTS, _COLUMN_GRANTS)
_OURS = (_POLICIES, _CONSTRAINTS, _UNIQUE_INDEXES, _TRIGGERS, _FUNCTIONS)


async def snapshot(connection: asyncpg.Connection) -> list[str]:
    """Tables, policies, constraints, unique indexes, triggers, functions and grants, sorted.

    connection: an administrator's; extensions' own functions are left out.
    """
    await connection.execute("SET search_path = pg_catalog")
    facts = [row[0] for query in _WHOLE for row in await connection.fetch(query, SCHEMAS)]
    for query in _OURS:
        bound = _without_extensions(query) if query is _FUNCTIONS else query
        parameters = (SCHEMAS, LIBRARY_SCHEMAS) if "$2" in bound else (SCHEMAS,)
        facts += [row[0] for row in await connection.fetch(bound, *parameters)]
    return sorted(facts)


def _without_extensions(query: str) -> str:
    return query + " AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
