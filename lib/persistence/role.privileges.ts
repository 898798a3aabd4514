import { HOT_TABLES } from './hot.tables.js';
import { rows, type MigrationConnection } from './migration.connection.js';
import { LackingPrivilegesError, UngrantablePrivilegeError, UnknownRoleError, type Privileges } from './role.errors.js';
import { readSqlFiles, type SqlFiles } from './sql.files.js';

/** The privileges that the role of an application needs on one object of the schema. */
interface Need {
  /** The object, as in a `grant`, such as `table tasker.tasks`. */
  readonly object: string;
  /** The privileges, such as `select, insert`. */
  readonly privileges: string;
  readonly owner: string;
  /**
   * The privileges that the role lacks, or null. `maintain` does not count, because autovacuum does the work without
   * it.
   */
  readonly lacking: string | null;
  /** Whether the connected user may grant all of the privileges. */
  readonly isGrantable: boolean;
}

/**
 * Checks before a migration whether `grantPrivileges` will be possible.
 * @throws UnknownRoleError, UngrantablePrivilegeError
 */
export async function requireGrantable(connection: MigrationConnection, schema: string, role: string): Promise<void> {
  const [found] = await rows<{ user: string; exists: boolean }>(
    connection,
    'select current_user as "user", exists (select from pg_roles where rolname = $1) as "exists"',
    [role],
  );
  if (!found!.exists) throw new UnknownRoleError(role);
  const missed = (await needs(connection, schema, role)).find(
    ({ lacking, isGrantable }) => lacking !== null && !isGrantable,
  );
  if (missed) throw new UngrantablePrivilegeError(found!.user, role, missed);
}

/**
 * Grants a role the privileges that an application needs. It keeps those that it has, so this may be called after each
 * migration.
 */
export async function grantPrivileges(connection: MigrationConnection, schema: string, role: string): Promise<void> {
  await requireGrantable(connection, schema, role);
  const [quoted] = await rows<{ name: string }>(connection, 'select quote_ident($1) as name', [role]);
  const grants = (await needs(connection, schema, role))
    .filter(({ isGrantable }) => isGrantable)
    .map(({ object, privileges }) => `grant ${privileges} on ${object} to ${quoted!.name}`);
  await connection.query(grants.join(';\n')); // one message is one transaction
}

/**
 * Refuses a role that lacks privileges which this version of the package needs.
 * @throws LackingPrivilegesError
 */
export async function requirePrivileges(connection: MigrationConnection, schema: string): Promise<void> {
  const [found] = await rows<{ user: string }>(connection, 'select current_user as "user"', []);
  const missing = await rows<Privileges>(connection, MISSING, await parametersOf(schema, found!.user));
  if (missing.length > 0) throw new LackingPrivilegesError(found!.user, schema, missing);
}

/** The needs on the schema and on the objects of the package's files. Other objects in the schema are ignored. */
async function needs(connection: MigrationConnection, schema: string, role: string): Promise<Need[]> {
  return rows(connection, NEEDS, await parametersOf(schema, role));
}

async function parametersOf(schema: string, role: string): Promise<unknown[]> {
  made ??= madeBy(await readSqlFiles());
  return [schema, role, made, HOT_TABLES];
}

/** The names of the objects of the package's files. Finding them takes milliseconds, so it is done once per process. */
let made: readonly string[] | undefined;

function madeBy({ migrations, objects }: SqlFiles): string[] {
  const names = [...migrations, ...objects].flatMap(({ text }) => [...text.matchAll(MADE)].map(([, name]) => name!));
  return ['schema_files', ...new Set(names)];
}

const MADE = /^create (?:or replace )?(?:table|view|function) __schema__\.(\w+)/gm;

/**
 * Sequences need two privileges: the code draws ids ahead with `nextval`, and reads the last assigned one. Functions
 * run with the rights of their caller. Only the user who migrates writes to `schema_files`. Vacuuming can be granted
 * from PostgreSQL 17 on.
 */
const NEEDS = `
  with ours as (
    select c.oid, c.relname, c.relkind, c.relowner from pg_class c
    where c.relnamespace = to_regnamespace($1) and c.relname = any ($3) and c.relkind in ('r', 'v')
  ), objects (kind, oid, object, owner, privileges) as (
    select 'schema', n.oid, format('schema %I', n.nspname), n.nspowner, '{usage}'::text[]
    from pg_namespace n where n.oid = to_regnamespace($1)
    union all
    select 'table', o.oid, format('table %I.%I', $1::text, o.relname), o.relowner,
      case
        when o.relkind = 'v' or o.relname = 'schema_files' then '{select}'::text[]
        when o.relname = any ($4) and current_setting('server_version_num')::integer >= 170000
          then '{select,insert,update,delete,maintain}'
        else '{select,insert,update,delete}'
      end
    from ours o
    union all
    select 'sequence', s.oid, format('sequence %I.%I', $1::text, s.relname), s.relowner, '{usage,select}'
    from ours o join pg_depend d on d.refobjid = o.oid and d.refclassid = 'pg_class'::regclass and d.deptype = 'i'
    join pg_class s on s.oid = d.objid and d.classid = 'pg_class'::regclass and s.relkind = 'S'
    union all
    select 'function', p.oid, format('function %s', p.oid::regprocedure), p.proowner, '{execute}'
    from pg_proc p where p.pronamespace = to_regnamespace($1) and p.proname = any ($3) and p.prokind = 'f'
  )
  select o.object, array_to_string(o.privileges, ', ') as privileges, pg_get_userbyid(o.owner) as owner,
    string_agg(p, ', ' order by n) filter (where not case
      when p = 'maintain' then true
      when o.kind = 'schema' then has_schema_privilege($2::name, o.oid, p)
      when o.kind = 'table' then has_table_privilege($2::name, o.oid, p)
      when o.kind = 'sequence' then has_sequence_privilege($2::name, o.oid, p)
      else has_function_privilege($2::name, o.oid, p)
    end) as "lacking",
    bool_and(case o.kind
      when 'schema' then has_schema_privilege(o.oid, p || ' with grant option')
      when 'table' then has_table_privilege(o.oid, p || ' with grant option')
      when 'sequence' then has_sequence_privilege(o.oid, p || ' with grant option')
      else has_function_privilege(o.oid, p || ' with grant option')
    end) as "isGrantable"
  from objects o cross join unnest(o.privileges) with ordinality u (p, n)
  group by o.kind, o.oid, o.object, o.privileges, o.owner
  order by o.kind = 'schema' desc, o.object`;

/** Of the needs, only those that the role lacks: usually none, and every start asks. */
const MISSING = `
  select n.object, n.owner, n.lacking as privileges from (${NEEDS}) n where n.lacking is not null
  order by n.object like 'schema %' desc, n.object`;
