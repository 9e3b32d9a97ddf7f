-- case: schema
-- change
create schema s2;
-- expect: added schema s2

-- case: schema owner
-- change
alter schema s owner to boss;
-- expect: changed schema s: owner

-- case: schema grant
-- change
grant usage on schema s to app;
-- expect: changed schema s: grants.app

-- case: schema comment
-- change
comment on schema s is 'x';
-- expect: changed schema s: comment
