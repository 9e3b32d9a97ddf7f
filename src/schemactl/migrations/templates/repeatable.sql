-- <name>: runs after the numbered files, and again whenever this file changes.
--
-- For what can be replaced as a whole: views, functions, triggers, policies
-- (CREATE OR REPLACE, or DROP … IF EXISTS and CREATE).

