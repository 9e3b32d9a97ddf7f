-- expect: 3_use.sql 1 55P04
-- file: 1_type.sql
create type mood as enum ('sad');
-- file: 2_value.sql
alter type mood add value 'calm';
-- file: 3_use.sql
create table moods (m mood default 'calm');
