-- The runner of probes: functions of this session alone, made and gone within one transaction.
--
-- schemactl_as_owner runs a statement as whoever made it, so that rows can be set up and read behind row security.
-- schemactl_run takes probes as a JSON array and gives one row for each. A probe: `setup` as owner; then, as `role` (null:
-- as owner) with `settings` and no other's, the `statement`; then `digest` as owner reads what the table holds. All of it is undone.
-- `answer` is the statement's own answer where it is a query of one value, else the number of rows that it says it changed.

create function pg_temp.schemactl_as_owner(statement text, wants_answer boolean) returns text
language plpgsql security definer as $$
declare
  answer text;
begin
  if wants_answer then
    execute statement into answer;
  else
    execute statement;
    get diagnostics answer = row_count;
  end if;
  return answer;
end
$$;

grant execute on function pg_temp.schemactl_as_owner(text, boolean) to public;

create function pg_temp.schemactl_run(probes jsonb)
returns table (number integer, state text, message text, answer text, after text)
language plpgsql as $$
declare
  probe record;
  stage text;
  sent jsonb := '{}';
  initial jsonb := '{}';
  deferring constant boolean := exists (select from pg_catalog.pg_constraint where condeferrable);
begin
  for probe in
    select * from pg_catalog.jsonb_to_recordset(probes)
      as p (number integer, setup text, role text, settings jsonb, statement text, query boolean, digest text)
  loop
    number := probe.number;
    state := null;
    message := null;
    answer := null;
    after := null;
    stage := 'setup';
    if probe.role is not null and probe.settings is distinct from sent then
      select initial || coalesce(pg_catalog.jsonb_object_agg(s.key, coalesce(pg_catalog.current_setting(s.key, true), '')), '{}')
        into initial from pg_catalog.jsonb_each_text(probe.settings) s where not initial ? s.key;
      sent := probe.settings;
      perform pg_catalog.set_config(s.key, s.value, true) from pg_catalog.jsonb_each_text(initial || sent) s;
    end if;
    begin
      if probe.setup is not null then
        perform pg_temp.schemactl_as_owner(probe.setup, false);
      end if;
      if probe.role is null then
        stage := 'statement';
        answer := pg_temp.schemactl_as_owner(probe.statement, probe.query);
      else
        perform pg_catalog.set_config('role', probe.role, true);
        stage := 'statement';
        if probe.query then
          execute probe.statement into answer;
        else
          execute probe.statement;
          get diagnostics answer = row_count;
        end if;
      end if;
      if deferring then
        set constraints all immediate;
      end if;
      stage := 'digest';
      if probe.digest is not null then
        after := pg_temp.schemactl_as_owner(probe.digest, true);
      end if;
      raise exception using errcode = 'SCTL1', message = 'undo';
    exception
      when sqlstate 'SCTL1' then
        null;
      when assert_failure or others then
        state := sqlstate;
        message := sqlerrm;
        if stage <> 'statement' then
          state := stage || ' ' || state;
        end if;
    end;
    return next;
  end loop;
  perform pg_catalog.set_config(s.key, s.value, true) from pg_catalog.jsonb_each_text(initial) s;
end
$$;

grant execute on function pg_temp.schemactl_run(jsonb) to public;
