-- expect: 2_step.sql 1 23514
-- file: 1_base.sql
create domain short as text;
create table d (id integer primary key, word short not null);
-- file: 2_step.sql
alter domain short add constraint short_length check (length(value) < 1);
comment on table d is 'words';
