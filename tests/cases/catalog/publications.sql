-- case: publication
-- change
create publication b;
-- expect: added publication b

-- case: publication operations
create publication b;
-- change
alter publication b set (publish = 'insert');
-- expect: changed publication b: operations

-- case: publication root
create publication b;
-- change
alter publication b set (publish_via_partition_root = on);
-- expect: changed publication b: via_partition_root

-- case: publication generated columns (since 18)
create publication b;
-- change
alter publication b set (publish_generated_columns = stored);
-- expect: changed publication b: generated_columns

-- case: publication of all
create publication b;
-- change
drop publication b;
create publication b for all tables;
-- expect: changed publication b: all_tables

-- case: publication table
create table t (id int primary key, name text, amount numeric(10,2));
create publication b;
-- change
alter publication b add table t;
-- expect: added publication table s.t.b

-- case: publication columns (since 15)
create table t (id int primary key, name text, amount numeric(10,2));
create publication b for table t;
-- change
alter publication b set table t (id, name);
-- expect: changed publication table s.t.b: columns

-- case: publication row filter (since 15)
create table t (id int primary key, name text, amount numeric(10,2));
create publication b for table t;
-- change
alter publication b set table t where (id > 0);
-- expect: changed publication table s.t.b: where

-- case: publication schema (since 15)
create publication b;
-- change
alter publication b add tables in schema s;
-- expect: added publication schema s.b

-- case: publication owner
create publication b;
-- change
alter publication b owner to boss;
-- expect: changed publication b: owner

-- case: publication comment
create publication b;
-- change
comment on publication b is 'x';
-- expect: changed publication b: comment

-- case: subscription
create subscription z connection 'host=nowhere.invalid' publication b with (connect = false);
-- change
alter subscription z set publication c with (refresh = false);
-- expect: changed subscription z: publications
