"""What a SQLSTATE means while migrations run, and what to do. Codes: PostgreSQL manual, Appendix A."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Advice:
    """Why the server raises a code in a migration, and how to go on."""

    cause: str
    remedy: str


ADVICE = {
    "08006": Advice(
        "The connection broke off: the server restarted, an administrator ended it, or the network failed.",
        "Run `schemactl apply` again. What was committed is recorded; the rest is taken up where it stopped.",
    ),
    "0A000": Advice(
        "The server does not do this, or not in this version or for this kind of relation.",
        "Compare the statement with the manual of the server's own version. Where the build lacks it, as "
        "`embedded` lacks ICU, try `--postgres local` or `container:postgres:18`.",
    ),
    "22021": Advice(
        "Bytes that are no character: a database without an encoding (SQL_ASCII) takes anything.",
        "Find and convert that text, or move to a database whose encoding is UTF8.",
    ),
    "22P05": Advice(
        "The text holds a character that the database's encoding does not have.",
        "Write the character otherwise, or use a database whose encoding is UTF8.",
    ),
    "22P02": Advice(
        "A text cannot be read as the type it is meant for; with enums, the label does not exist.",
        "Look at the value in the message; add a missing enum label in an earlier migration.",
    ),
    "23502": Advice(
        "Rows hold a null where the migration wants none, or an INSERT leaves a column out that has no default.",
        "Fill the column first, in an earlier migration and in batches; then set it NOT NULL.",
    ),
    "23503": Advice(
        "A foreign key points at rows that do not exist, or rows go that others point at.",
        "Add the constraint NOT VALID, mend the rows, then VALIDATE CONSTRAINT in a later migration.",
    ),
    "23505": Advice(
        "Two rows have the same value where a unique index or key allows one; an INSERT that ran before runs again.",
        "Remove the duplicates before making the index; write INSERT … ON CONFLICT DO NOTHING for rows of the schema.",
    ),
    "23514": Advice(
        "Rows break a CHECK constraint, as those that were there before it may.",
        "Add the constraint NOT VALID, mend the rows, then VALIDATE CONSTRAINT in a later migration.",
    ),
    "25001": Advice(
        "The statement cannot run inside a transaction: CREATE INDEX CONCURRENTLY, VACUUM and the like.",
        "Put it into a file of its own with `-- schemactl:transaction=none` at its head.",
    ),
    "25006": Advice(
        "The server takes no writes: a standby, or a database or role set to read only.",
        "Give `--database` the address of the primary; `target_session_attrs=read-write` lets libpq find it.",
    ),
    "25P01": Advice(
        "The statement needs a transaction around it: LOCK TABLE, SET LOCAL, a cursor.",
        "Leave out `-- schemactl:transaction=none`, or move the statement to a file that runs in a transaction.",
    ),
    "25P02": Advice(
        "An earlier statement of the transaction failed; the server ignores all others until its end.",
        "Look at the first error; this one only follows from it.",
    ),
    "28P01": Advice(
        "The server refused the password.",
        "Give the password in PGPASSWORD or ~/.pgpass; look at the user and the host in the message.",
    ),
    "2D000": Advice(
        "A procedure or DO block ends a transaction that is not its own: COMMIT inside the migration's.",
        "Put `-- schemactl:transaction=none` at the head of the file.",
    ),
    "2BP01": Advice(
        "What is to be dropped is still needed: a view, a policy, a default, a grant.",
        "Drop or change what depends on it first, by name. CASCADE drops it all, unseen.",
    ),
    "3D000": Advice(
        "There is no database of that name on the server.",
        "Look at the name in --database; create the database outside the migrations.",
    ),
    "3F000": Advice(
        "There is no schema of that name.",
        "Create it in an earlier migration, or choose the preset that brings it.",
    ),
    "40001": Advice(
        "Another transaction got in between, and the server cannot put the two in an order.",
        "Run `schemactl apply` again; nothing of the failed migration stays.",
    ),
    "40P01": Advice(
        "Two transactions wait for each other's locks; the server ended this one.",
        "Run `schemactl apply` again. Lock tables in the order in which the application does, one migration a table.",
    ),
    "42501": Advice(
        "The role may not do this, or row security let no row through.",
        "Apply as the owner of the objects, or GRANT what is missing. On Supabase no migration runs as a superuser.",
    ),
    "42601": Advice(
        "The server cannot read the statement.",
        "Look at the place in the message: a missing comma, a key word of a newer version, a psql command.",
    ),
    "42701": Advice(
        "The column is there already: the statement ran before.",
        "Write ALTER TABLE … ADD COLUMN IF NOT EXISTS.",
    ),
    "42703": Advice(
        "There is no column of that name, or a trigger's function names one that its table lacks.",
        "Compare the name with the table; for a trigger, look into the function that the message's context names.",
    ),
    "42704": Advice(
        "There is no type, role, index or other object of that name.",
        "Create it in an earlier migration, choose the preset that brings it, or write DROP … IF EXISTS.",
    ),
    "42710": Advice(
        "The constraint, policy, type or trigger is there already: the statement ran before, and has no IF NOT EXISTS.",
        "DROP … IF EXISTS first, use CREATE OR REPLACE TRIGGER, or ask the catalog: DO $$ BEGIN IF NOT EXISTS (SELECT "
        "FROM pg_type WHERE …) THEN … END IF; END $$.",
    ),
    "42723": Advice("The function is there already.", "Write CREATE OR REPLACE FUNCTION."),
    "42804": Advice(
        "Two types do not go together, as a column's default and its new type.",
        "Drop the default first, or say how to convert: ALTER COLUMN … TYPE … USING ….",
    ),
    "42883": Advice(
        "There is no function of that name with arguments of these types.",
        "Create it in an earlier migration; look at the types, and at the schema in search_path.",
    ),
    "42P01": Advice(
        "There is no table, view or sequence of that name.",
        "Create it in an earlier migration, name its schema, or choose the preset that brings it.",
    ),
    "42P06": Advice("The schema is there already.", "Write CREATE SCHEMA IF NOT EXISTS."),
    "42P07": Advice(
        "The table, view or index is there already: the statement ran before.",
        "Write CREATE TABLE IF NOT EXISTS, CREATE INDEX IF NOT EXISTS, CREATE OR REPLACE VIEW.",
    ),
    "42P16": Advice(
        "The definition contradicts itself or what is there: a second primary key, a view that loses a column.",
        "DROP … IF EXISTS first, or look at what the object already has.",
    ),
    "53100": Advice(
        "The server's disk is full.",
        "Make room and run `schemactl apply` again. A rewrite or an index needs about as much as the table again.",
    ),
    "53200": Advice(
        "The server is out of memory, or of room for locks.",
        "Do less in one migration; `max_locks_per_transaction` bounds how many tables one may touch.",
    ),
    "53300": Advice(
        "The server has no connection left.",
        "Wait or end idle ones; pg_stat_activity shows who holds them.",
    ),
    "55000": Advice(
        "The object is not in the state that the statement needs.",
        "Read the message's detail: an index that is not valid, a materialized view without rows, a fresh sequence.",
    ),
    "55006": Advice(
        "The object is in use: a database with sessions, a table that the same transaction has open.",
        "End the sessions, or put the statements into two migrations.",
    ),
    "55P03": Advice(
        "A lock was not free within lock_timeout; a long query or an open transaction holds it.",
        "schemactl tries again and names the holders; end them or apply when it is quiet.",
    ),
    "55P04": Advice(
        "A new enum label is used in the transaction that added it.",
        "Add the label in a migration of its own, before the one that uses it.",
    ),
    "57014": Advice(
        "The statement was cancelled: statement_timeout, or somebody's request.",
        "Raise it for this file with `-- schemactl:statement_timeout=…`, or do less at once.",
    ),
    "57P01": Advice(
        "An administrator ended the session, or the server shuts down.",
        "Run `schemactl apply` again; it takes up where it stopped.",
    ),
    "57P03": Advice(
        "The server is starting, stopping or recovering and takes no connection yet.",
        "Wait a moment and try again.",
    ),
}
