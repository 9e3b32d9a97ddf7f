-- expect: nothing
-- file: 1_base.sql
do $$ begin create type mood as enum ('sad'); exception when duplicate_object then null; end $$;
-- file: 2_step.sql
alter type mood add value if not exists 'calm';
