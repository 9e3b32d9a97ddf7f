"""Every rule: name, family, severity, and the kinds of statement (or part) that it looks at.

A rule's module is imported when the first such statement turns up. `tests/meta` holds this table against the modules.
"""

from typing import NamedTuple

FAMILIES = {
    "locks": "What holds up production while the migration runs.",
    "transactions": "What the runner's transaction, or the lack of one, does to the file.",
    "rerun": "What fails or changes something when the file runs again.",
    "destructive": "What loses data or breaks clients that still run.",
    "security": "Who can read and write which rows.",
    "schema": "What is wrong with the schema itself.",
    "secrets": "What must not stand in a file.",
    "style": "Matters of taste; off unless selected.",
    "engine": "What the linter itself has to say.",
}
OFF_BY_DEFAULT = frozenset({"style"})


class Entry(NamedTuple):
    """A rule, unimported."""

    name: str
    family: str
    severity: str
    subjects: str

    @property
    def module(self) -> str:
        """Its module."""
        return f"schemactl.lint.rules.{self.family}.{self.name.replace('-', '_')}"


# fmt: off
INDEX = tuple(
    Entry(*row)
    for row in (
        ("syntax-error", "engine", "error", ""),
        ("bad-directive", "engine", "error", ""),
        ("unused-ignore", "engine", "warning", ""),
        ("expired-ignore", "engine", "warning", ""),
        ("not-analysed", "engine", "info", "Dynamic"),
        ("require-concurrent-index-creation", "locks", "warning", "CreateIndex"),
        ("require-concurrent-index-deletion", "locks", "warning", "Drop"),
        ("require-concurrent-reindex", "locks", "warning", "Reindex"),
        ("require-concurrent-partition-detach", "locks", "warning", "DetachPartition"),
        ("constraint-missing-not-valid", "locks", "warning", "AddConstraint AddColumn"),
        ("adding-foreign-key-constraint", "locks", "warning", "AddConstraint AddColumn"),
        ("validate-in-same-transaction", "locks", "warning", "ValidateConstraint"),
        ("adding-field-with-default", "locks", "warning", "AddColumn"),
        ("adding-stored-generated-column", "locks", "warning", "AddColumn"),
        ("adding-serial-primary-key-field", "locks", "warning", "AddColumn"),
        ("adding-required-field", "locks", "error", "AddColumn"),
        ("adding-not-nullable-field", "locks", "warning", "SetNotNull"),
        ("changing-column-type", "locks", "warning", "SetType"),
        ("disallowed-unique-constraint", "locks", "warning", "AddConstraint AddColumn"),
        ("adding-primary-key-constraint", "locks", "warning", "AddConstraint"),
        ("adding-exclusion-constraint", "locks", "warning", "AddConstraint"),
        ("rerun-table", "rerun", "warning", "CreateTable CreateTableAs"),
        ("rerun-column", "rerun", "warning", "AddColumn DropColumn"),
        ("rerun-constraint", "rerun", "warning", "AddConstraint DropConstraint"),
        ("rerun-index", "rerun", "warning", "CreateIndex"),
        ("rerun-type", "rerun", "warning", "CreateEnum CreateType CreateDomain"),
        ("rerun-enum-value", "rerun", "warning", "AlterEnum"),
        ("rerun-policy", "rerun", "warning", "CreatePolicy"),
        ("rerun-trigger", "rerun", "warning", "CreateTrigger"),
        ("rerun-function", "rerun", "warning", "CreateFunction"),
        ("rerun-view", "rerun", "warning", "CreateView"),
        ("rerun-schema", "rerun", "warning", "CreateSchema CreateSequence CreateExtension"),
        ("rerun-role", "rerun", "warning", "CreateRole"),
        ("rerun-publication", "rerun", "warning", "CreatePublication AlterPublication"),
        ("rerun-insert", "rerun", "warning", "Insert"),
        ("rerun-update", "rerun", "warning", "Update"),
        ("rerun-rename", "rerun", "warning", "Rename SetSchema"),
        ("rerun-drop", "rerun", "warning", "Drop"),
        ("rerun-partition", "rerun", "warning", "AttachPartition DetachPartition"),
        ("rerun-other", "rerun", "warning", "CreateOther"),
        ("ban-drop-table", "destructive", "warning", "Drop"),
        ("ban-drop-schema", "destructive", "error", "Drop"),
        ("ban-drop-database", "destructive", "error", "Drop"),
        ("ban-drop-column", "destructive", "warning", "DropColumn"),
        ("ban-drop-cascade", "destructive", "warning", "Drop"),
        ("ban-drop-not-null", "destructive", "info", "DropNotNull"),
        ("ban-truncate", "destructive", "warning", "Truncate"),
        ("ban-truncate-cascade", "destructive", "error", "Truncate"),
        ("renaming-column", "destructive", "warning", "Rename"),
        ("renaming-table", "destructive", "warning", "Rename"),
        ("renaming-schema", "destructive", "warning", "Rename"),
        ("renaming-enum-value", "destructive", "warning", "AlterEnum"),
        ("narrowing-column-type", "destructive", "warning", "SetType"),
        ("unbatched-update", "destructive", "warning", "Update Delete"),
        ("auth-rls-initplan", "security", "warning", "CreatePolicy AlterPolicy"),
        ("policy-without-role", "security", "warning", "CreatePolicy"),
        ("policy-always-true", "security", "warning", "CreatePolicy AlterPolicy"),
        ("policy-presence-only", "security", "error", "CreatePolicy AlterPolicy"),
        ("policy-lets-nobody-in", "security", "error", "CreatePolicy AlterPolicy"),
        ("policy-user-editable-claim", "security", "error", "CreatePolicy AlterPolicy"),
        ("policy-recursion", "security", "error", "CreatePolicy AlterPolicy"),
        ("policy-for-bypassing-role", "security", "info", "CreatePolicy"),
        ("rls-disabled-in-exposed-schema", "security", "error", "FolderEnd"),
        ("disabling-row-security", "security", "warning", "RowSecurity"),
        ("policy-without-row-security", "security", "error", "FolderEnd"),
        ("row-security-without-policy", "security", "info", "FolderEnd"),
        ("permissive-policies-overlap", "security", "info", "FolderEnd"),
        ("nullable-owner-column", "security", "warning", "FolderEnd"),
        ("view-without-security-invoker", "security", "warning", "FolderEnd"),
        ("auth-users-exposed", "security", "error", "CreateView CreateTableAs"),
        ("security-definer-search-path", "security", "warning", "FolderEnd"),
        ("security-definer-callable-by-all", "security", "info", "FolderEnd"),
        ("broad-grant", "security", "warning", "Grant"),
        ("role-bypasses-security", "security", "warning", "CreateRole"),
        ("foreign-table-in-exposed-schema", "security", "warning", "CreateTable"),
        ("extension-in-exposed-schema", "security", "info", "CreateExtension"),
        ("backfill-in-ddl-transaction", "locks", "warning", "Update Delete Insert"),
        ("locks-several-tables", "locks", "info", "FileEnd"),
        ("require-lock-timeout", "locks", "warning", "CreateTable AlterTable CreateIndex Drop Rename CreatePolicy AlterPolicy CreateTrigger Truncate Lock Refresh Cluster"),
        ("lock-timeout-too-late", "locks", "warning", "CreateTable AlterTable CreateIndex Drop Rename CreatePolicy AlterPolicy CreateTrigger Truncate Lock Refresh Cluster"),
        ("lock-timeout-not-in-force", "locks", "warning", "CreateTable AlterTable CreateIndex Drop Rename CreatePolicy AlterPolicy CreateTrigger Truncate Lock Refresh Cluster"),
        ("explicit-lock-table", "locks", "info", "Lock"),
        ("refresh-without-concurrently", "locks", "warning", "Refresh"),
        ("prefer-repack", "locks", "warning", "Vacuum Cluster"),
        ("rewriting-storage-change", "locks", "warning", "SetLogged SetTablespace SetAccessMethod"),
        ("attach-partition-without-check", "locks", "warning", "AttachPartition"),
        ("default-partition-scan", "locks", "warning", "CreateTable"),
        ("concurrent-index-on-partitioned-table", "locks", "error", "CreateIndex"),
        ("concurrent-index-if-not-exists", "locks", "warning", "CreateIndex"),
        ("disabled-trigger", "locks", "warning", "SwitchTrigger"),
        ("dropping-primary-key", "locks", "warning", "DropConstraint"),
        ("ban-alter-domain-with-add-constraint", "locks", "warning", "AlterDomain"),
        ("dropping-constraint-index", "locks", "error", "Drop"),
        ("ban-concurrent-index-creation-in-transaction", "transactions", "error", "CreateIndex Drop Reindex"),
        ("statement-refused-in-transaction", "transactions", "error", "Vacuum Cluster Other CreateOther Drop AlterTable Reindex"),
        ("transaction-nesting", "transactions", "warning", "Transaction"),
        ("ban-uncommitted-transaction", "transactions", "error", "FileEnd"),
        ("set-local-outside-transaction", "transactions", "warning", "SetVariable"),
        ("enum-value-used-in-same-transaction", "transactions", "error", "FileEnd"),
    )
)
# fmt: on
