-- Takes every job away, and what hangs on it.
delete from :"schema".:"table";
delete from :"letter_schema".:"letter_table";
delete from schemactl_exercise.transitions;
