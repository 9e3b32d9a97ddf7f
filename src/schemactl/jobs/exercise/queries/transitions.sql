-- What happened to a job.
select t.old, t.new, t.old_token, t.new_token, t.old_lease, t.new_lease, t.at
  from schemactl_exercise.transitions t
 where t.job = :'text'
 order by t.number;
