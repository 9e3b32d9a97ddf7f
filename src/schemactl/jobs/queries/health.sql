-- One row a label: how many jobs, how many leases have run out, how long the oldest waits, how often jobs failed.
select job.:"status"::text as label,
       count(*) as jobs,
       count(*) filter (where job.:"lease_expires_at" <= clock_timestamp()) as expired,
       count(*) filter (where job.:"lease_expires_at" is not null) as leased,
       coalesce(extract(epoch from clock_timestamp() - min(job.:"due")), 0)::float as waited,
       --! coalesce(extract(epoch from clock_timestamp() - min(job.:"created")), 0)::float as waited,  /* :"no_due" */
       count(*) filter (where job.:"attempts" >= 2) as retried,
       count(*) filter (where clock_timestamp() - job.:"created" < interval '1 minute') as minute,
       count(*) filter (where clock_timestamp() - job.:"created" < interval '1 hour') as hour,
       count(*) filter (where clock_timestamp() - job.:"created" < interval '1 day') as day,
       0 as last
  from :"schema".:"table" as job
 group by 1
 order by 1;
