-- Weekly base plans (system D): a queue in the database, and the plans that its jobs make.
--
-- Brings:      plan_generation_jobs, plan_generation_attempts, weekly_base_plans, and the functions of the queue
-- Base schema: auth.users, auth.uid(); validates what 0046 left NOT VALID on meal_plans
--
-- Rules of the queue
--   * The clock is the database's. A claim draws a lease and a token, and every later call shows the token.
--   * A call with a token that is no longer the job's raises PJ001 and changes nothing. One that merely repeats what
--     was already recorded, because the answer to its COMMIT was lost, succeeds.
--   * A failed attempt adds one to retry_count, and the job is failed the moment that reaches max_retries: it starts
--     at most max(1, max_retries) times. An expired lease is a failed attempt like any other.
--   * Locks are taken in one order: user, job, attempt, plan.
--
-- The service role bypasses row security: its grants are all that the worker needs, and no policy names it.

-- First, while nothing else is locked: a validating scan runs beside reads and writes.
ALTER TABLE public.meal_plans VALIDATE CONSTRAINT meal_plans_generation_status_check;
ALTER TABLE public.meal_plans VALIDATE CONSTRAINT meal_plans_generation_error_check;


CREATE TABLE IF NOT EXISTS public.plan_generation_jobs (
  id               uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id          uuid        NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
  status           text        NOT NULL DEFAULT 'pending',
  is_regeneration  boolean     NOT NULL DEFAULT false,
  request          jsonb       NOT NULL DEFAULT '{}',
  retry_count      integer     NOT NULL DEFAULT 0,
  max_retries      integer     NOT NULL DEFAULT 3,
  error_code       text,
  error_message    text,
  run_after        timestamptz NOT NULL DEFAULT now(),
  lease_token      uuid,
  lease_expires_at timestamptz,
  created_at       timestamptz NOT NULL DEFAULT now(),
  started_at       timestamptz,
  completed_at     timestamptz,
  CONSTRAINT plan_generation_jobs_status_check
    CHECK (status IN ('pending', 'processing', 'completed', 'failed', 'cancelled')),
  CONSTRAINT plan_generation_jobs_max_retries_check CHECK (max_retries >= 0),
  CONSTRAINT plan_generation_jobs_retry_count_check
    CHECK (retry_count >= 0 AND retry_count <= greatest(1, max_retries)),
  CONSTRAINT plan_generation_jobs_error_code_check
    CHECK (error_code IN ('AI_TIMEOUT', 'AI_RATE_LIMIT', 'JSON_PARSE_ERROR', 'VALIDATION_FAILED', 'CONFIG_ERROR',
                          'UNEXPECTED_ERROR')),
  CONSTRAINT plan_generation_jobs_error_check
    CHECK ((status = 'failed') = (error_code IS NOT NULL) AND (status = 'failed') = (error_message IS NOT NULL)),
  CONSTRAINT plan_generation_jobs_lease_check
    CHECK ((status = 'processing') = (lease_token IS NOT NULL)
           AND (status = 'processing') = (lease_expires_at IS NOT NULL))
);

ALTER TABLE public.plan_generation_jobs ENABLE ROW LEVEL SECURITY;

COMMENT ON TABLE public.plan_generation_jobs IS
  'The queue of weekly plans: one active job a user, driven by its functions.';
COMMENT ON COLUMN public.plan_generation_jobs.retry_count IS 'Failed attempts so far, expired leases included.';
COMMENT ON COLUMN public.plan_generation_jobs.max_retries IS
  'The job fails when retry_count reaches it: it starts at most max(1, max_retries) times.';
COMMENT ON COLUMN public.plan_generation_jobs.error_code IS
  'Why the job failed; set exactly when it did. The reasons of single attempts are in plan_generation_attempts.';
COMMENT ON COLUMN public.plan_generation_jobs.run_after IS
  'Not claimed before; a failed attempt moves it into the future.';
COMMENT ON COLUMN public.plan_generation_jobs.started_at IS 'Start of the latest attempt.';

CREATE UNIQUE INDEX IF NOT EXISTS idx_plan_generation_jobs_one_active
  ON public.plan_generation_jobs (user_id) WHERE status IN ('pending', 'processing');
CREATE INDEX IF NOT EXISTS idx_plan_generation_jobs_user_id ON public.plan_generation_jobs (user_id, created_at);
CREATE INDEX IF NOT EXISTS idx_plan_generation_jobs_due
  ON public.plan_generation_jobs (run_after, id) WHERE status = 'pending';
CREATE INDEX IF NOT EXISTS idx_plan_generation_jobs_leases
  ON public.plan_generation_jobs (lease_expires_at) WHERE status = 'processing';

DROP POLICY IF EXISTS plan_generation_jobs_select_own ON public.plan_generation_jobs;
CREATE POLICY plan_generation_jobs_select_own ON public.plan_generation_jobs
  FOR SELECT TO authenticated
  USING (user_id = (SELECT auth.uid()));

REVOKE ALL ON TABLE public.plan_generation_jobs FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT ON TABLE public.plan_generation_jobs TO authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.plan_generation_jobs TO service_role;


CREATE TABLE IF NOT EXISTS public.plan_generation_attempts (
  lease_token    uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
  job_id         uuid        NOT NULL REFERENCES public.plan_generation_jobs (id) ON DELETE CASCADE,
  attempt_number integer     NOT NULL,
  worker         text,
  started_at     timestamptz NOT NULL DEFAULT now(),
  finished_at    timestamptz,
  outcome        text,
  error_code     text,
  error_message  text,
  CONSTRAINT plan_generation_attempts_job_id_attempt_number_key UNIQUE (job_id, attempt_number),
  CONSTRAINT plan_generation_attempts_attempt_number_check CHECK (attempt_number >= 1),
  CONSTRAINT plan_generation_attempts_outcome_check
    CHECK (outcome IN ('completed', 'rejected', 'failed', 'lease_expired', 'cancelled')),
  CONSTRAINT plan_generation_attempts_finished_at_check CHECK ((outcome IS NULL) = (finished_at IS NULL)),
  CONSTRAINT plan_generation_attempts_error_code_check
    CHECK (error_code IN ('AI_TIMEOUT', 'AI_RATE_LIMIT', 'JSON_PARSE_ERROR', 'VALIDATION_FAILED', 'CONFIG_ERROR',
                          'UNEXPECTED_ERROR')),
  CONSTRAINT plan_generation_attempts_error_message_check CHECK ((error_code IS NULL) = (error_message IS NULL))
);

ALTER TABLE public.plan_generation_attempts ENABLE ROW LEVEL SECURITY;

COMMENT ON TABLE public.plan_generation_attempts IS
  'One row a start of a job, kept: the proof of who held which token, and the history that operators read.';

REVOKE ALL ON TABLE public.plan_generation_attempts FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.plan_generation_attempts TO service_role;


CREATE TABLE IF NOT EXISTS public.weekly_base_plans (
  id          uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id     uuid        NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
  job_id      uuid        REFERENCES public.plan_generation_jobs (id) ON DELETE SET NULL,
  plan        jsonb       NOT NULL,
  is_active   boolean     NOT NULL DEFAULT true,
  created_at  timestamptz NOT NULL DEFAULT now(),
  replaced_at timestamptz,
  CONSTRAINT weekly_base_plans_job_id_key UNIQUE (job_id)
);

ALTER TABLE public.weekly_base_plans ENABLE ROW LEVEL SECURITY;

COMMENT ON TABLE public.weekly_base_plans IS
  'Finished weekly plans, one active a user. Written by complete_plan_job() alone, which stores no unsound plan.';

CREATE UNIQUE INDEX IF NOT EXISTS idx_weekly_base_plans_one_active
  ON public.weekly_base_plans (user_id) WHERE is_active;
CREATE INDEX IF NOT EXISTS idx_weekly_base_plans_user_id ON public.weekly_base_plans (user_id, created_at);

DROP POLICY IF EXISTS weekly_base_plans_select_own ON public.weekly_base_plans;
CREATE POLICY weekly_base_plans_select_own ON public.weekly_base_plans
  FOR SELECT TO authenticated
  USING (user_id = (SELECT auth.uid()));

REVOKE ALL ON TABLE public.weekly_base_plans FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT ON TABLE public.weekly_base_plans TO authenticated;
GRANT SELECT, DELETE ON TABLE public.weekly_base_plans TO service_role;


CREATE OR REPLACE FUNCTION public.weekly_plan_problems(p_plan jsonb)
RETURNS text[]
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
SET search_path = ''
AS $$
DECLARE
  v_days     constant text[] := ARRAY['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
  v_problems text[] := '{}';
  v_name     text;
  v_day      jsonb;
BEGIN
  IF jsonb_typeof(p_plan -> 'days') IS DISTINCT FROM 'object' THEN
    RETURN ARRAY['days: an object with one entry a weekday is missing'];
  END IF;

  FOR v_name IN SELECT k.name FROM jsonb_object_keys(p_plan -> 'days') AS k (name) WHERE k.name <> ALL (v_days)
  LOOP
    v_problems := v_problems || format('%s: not a weekday', v_name);
  END LOOP;

  FOREACH v_name IN ARRAY v_days
  LOOP
    v_day := p_plan -> 'days' -> v_name;
    IF jsonb_typeof(v_day) IS DISTINCT FROM 'object' THEN
      v_problems := v_problems || format('%s: the day is missing', v_name);
      CONTINUE;
    END IF;
    IF jsonb_typeof(v_day -> 'workout') IS DISTINCT FROM 'object' OR v_day -> 'workout' = '{}' THEN
      v_problems := v_problems || format('%s: workout is missing', v_name);
    END IF;
    IF jsonb_typeof(v_day #> '{nutrition,total_kcal}') IS DISTINCT FROM 'number'
       OR v_day #> '{nutrition,total_kcal}' <= '0' THEN
      v_problems := v_problems || format('%s: nutrition.total_kcal is not a positive number', v_name);
    END IF;
    IF jsonb_typeof(v_day #> '{nutrition,protein_g}') IS DISTINCT FROM 'number'
       OR v_day #> '{nutrition,protein_g}' <= '0' THEN
      v_problems := v_problems || format('%s: nutrition.protein_g is not a positive number', v_name);
    END IF;
    IF jsonb_typeof(v_day #> '{nutrition,meals}') IS DISTINCT FROM 'array' OR v_day #> '{nutrition,meals}' = '[]' THEN
      v_problems := v_problems || format('%s: nutrition.meals is empty', v_name);
    END IF;
    IF jsonb_typeof(v_day #> '{recovery,supplement_card}') IS DISTINCT FROM 'object'
       OR v_day #> '{recovery,supplement_card}' = '{}' THEN
      v_problems := v_problems || format('%s: recovery.supplement_card is missing', v_name);
    END IF;
    IF jsonb_typeof(v_day -> 'reason') IS DISTINCT FROM 'string' OR v_day ->> 'reason' !~ '\S' THEN
      v_problems := v_problems || format('%s: reason is empty', v_name);
    END IF;
  END LOOP;
  RETURN v_problems;
END
$$;

COMMENT ON FUNCTION public.weekly_plan_problems(jsonb) IS
  'What a weekly plan lacks, one line a problem; empty when it is sound: all 7 days, each with a workout, nutrition '
  '(total_kcal, protein_g, meals), recovery with its supplement card, and a reason.';


CREATE OR REPLACE FUNCTION public.lock_plan_claim(p_job_id uuid, p_lease_token uuid, p_repeatable text[])
RETURNS text
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  v_current uuid;
  v_outcome text;
BEGIN
  SELECT j.lease_token INTO v_current FROM public.plan_generation_jobs AS j WHERE j.id = p_job_id FOR UPDATE;
  IF v_current = p_lease_token THEN
    RETURN 'held';
  END IF;

  SELECT a.outcome INTO v_outcome
  FROM public.plan_generation_attempts AS a
  WHERE a.job_id = p_job_id AND a.lease_token = p_lease_token;
  IF v_outcome = ANY (p_repeatable) THEN
    RETURN v_outcome;
  END IF;
  RAISE EXCEPTION 'the claim on plan job % is lost (%)', p_job_id, coalesce(v_outcome, 'unknown token')
    USING ERRCODE = 'PJ001', HINT = 'Drop the result: another attempt has the job, or it has ended.';
END
$$;

COMMENT ON FUNCTION public.lock_plan_claim(uuid, uuid, text[]) IS
  'Locks the job. held: the token is the live one. One of p_repeatable: the very call that ended this claim so was '
  'recorded and is being repeated. Anything else raises PJ001.';


CREATE OR REPLACE FUNCTION public.end_plan_attempt(
  p_lease_token   uuid,
  p_outcome       text,
  p_error_code    text DEFAULT NULL,
  p_error_message text DEFAULT NULL
)
RETURNS void
LANGUAGE sql
SET search_path = ''
AS $$
  UPDATE public.plan_generation_attempts
  SET outcome = p_outcome,
      finished_at = clock_timestamp(),
      error_code = p_error_code,
      error_message = p_error_message
  WHERE lease_token = p_lease_token AND outcome IS NULL
$$;

COMMENT ON FUNCTION public.end_plan_attempt(uuid, text, text, text) IS 'Records how a start of a job ended, once.';


CREATE OR REPLACE FUNCTION public.record_plan_failure(
  p_job_id        uuid,
  p_outcome       text,
  p_error_code    text,
  p_error_message text,
  p_retryable     boolean,
  p_backoff       interval
)
RETURNS text
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  v_now     constant timestamptz := clock_timestamp();
  v_job     public.plan_generation_jobs;
  v_retries integer;
  v_status  text := 'pending';
BEGIN
  SELECT j.* INTO STRICT v_job
  FROM public.plan_generation_jobs AS j WHERE j.id = p_job_id AND j.status = 'processing' FOR UPDATE;
  v_retries := v_job.retry_count + 1;
  IF v_retries >= v_job.max_retries OR NOT p_retryable THEN
    v_status := 'failed';
  END IF;

  PERFORM public.end_plan_attempt(v_job.lease_token, p_outcome, p_error_code, p_error_message);
  UPDATE public.plan_generation_jobs
  SET status = v_status,
      retry_count = v_retries,
      error_code = CASE v_status WHEN 'failed' THEN p_error_code END,
      error_message = CASE v_status WHEN 'failed' THEN p_error_message END,
      completed_at = CASE v_status WHEN 'failed' THEN v_now END,
      run_after = v_now + coalesce(
        p_backoff, least(interval '30 minutes', interval '30 seconds' * 2 ^ least(v_retries - 1, 10))),
      lease_token = NULL,
      lease_expires_at = NULL
  WHERE id = p_job_id;
  RETURN v_status;
END
$$;

COMMENT ON FUNCTION public.record_plan_failure(uuid, text, text, text, boolean, interval) IS
  'The one place that counts a failed attempt of a job in processing: failed at the limit, otherwise pending again '
  'after the backoff (30 seconds, doubling, at most 30 minutes).';


CREATE OR REPLACE FUNCTION public.cancel_plan_job(p_job_id uuid)
RETURNS text
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  v_status text;
  v_token  uuid;
BEGIN
  SELECT j.status, j.lease_token INTO v_status, v_token
  FROM public.plan_generation_jobs AS j WHERE j.id = p_job_id FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'there is no plan job %', p_job_id USING ERRCODE = 'no_data_found';
  ELSIF v_status NOT IN ('pending', 'processing') THEN
    RETURN v_status;
  END IF;

  PERFORM public.end_plan_attempt(v_token, 'cancelled');
  UPDATE public.plan_generation_jobs
  SET status = 'cancelled', lease_token = NULL, lease_expires_at = NULL, completed_at = clock_timestamp()
  WHERE id = p_job_id;
  RETURN 'cancelled';
END
$$;

COMMENT ON FUNCTION public.cancel_plan_job(uuid) IS
  'Cancels a job that has not ended; its worker meets PJ001. One that has ended stays as it is. Returns the status.';


CREATE OR REPLACE FUNCTION public.create_plan_job(
  p_user_id     uuid,
  p_regenerate  boolean DEFAULT false,
  p_request     jsonb DEFAULT '{}',
  p_max_retries integer DEFAULT 3
)
RETURNS TABLE (job_id uuid, job_status text, created boolean)
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  v_now    timestamptz;
  v_active uuid;
  v_last   timestamptz;
BEGIN
  -- One creator a user at a time: what is read below stays true until COMMIT.
  PERFORM pg_advisory_xact_lock(hashtextextended('create_plan_job:' || p_user_id::text, 0));
  v_now := clock_timestamp();
  SELECT j.id INTO v_active
  FROM public.plan_generation_jobs AS j
  WHERE j.user_id = p_user_id AND j.status IN ('pending', 'processing');

  IF p_regenerate THEN
    SELECT max(j.created_at) INTO v_last
    FROM public.plan_generation_jobs AS j
    WHERE j.user_id = p_user_id AND j.is_regeneration AND j.status NOT IN ('failed', 'cancelled');
    IF v_last > v_now - interval '14 days' THEN
      RAISE EXCEPTION 'the plan was regenerated less than two weeks ago, at %', v_last
        USING ERRCODE = 'PJ002', HINT = format('Possible again from %s.', v_last + interval '14 days');
    END IF;
    IF v_active IS NOT NULL THEN
      PERFORM public.cancel_plan_job(v_active);
    END IF;
  ELSIF v_active IS NOT NULL THEN
    RETURN QUERY SELECT j.id, j.status, false FROM public.plan_generation_jobs AS j WHERE j.id = v_active;
    RETURN;
  END IF;

  RETURN QUERY
    INSERT INTO public.plan_generation_jobs AS j
      (user_id, is_regeneration, request, max_retries, run_after, created_at)
    VALUES
      (p_user_id, coalesce(p_regenerate, false), coalesce(p_request, '{}'), coalesce(p_max_retries, 3), v_now, v_now)
    RETURNING j.id, j.status, true;
  -- A hint for listening workers; those who poll need none.
  PERFORM pg_notify('plan_generation_jobs', '');
END
$$;

COMMENT ON FUNCTION public.create_plan_job(uuid, boolean, jsonb, integer) IS
  'The active job of the user, or a new one (created = true). A regeneration cancels the one in flight first, and '
  'is refused with PJ002 within two weeks of the last regeneration that did not fail and was not cancelled.';


CREATE OR REPLACE FUNCTION public.claim_next_plan_job(
  p_worker text DEFAULT NULL,
  p_lease  interval DEFAULT interval '5 minutes'
)
RETURNS SETOF public.plan_generation_jobs
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  v_now constant timestamptz := clock_timestamp();
  v_job public.plan_generation_jobs;
BEGIN
  IF p_lease IS NULL OR p_lease <= interval '0' THEN
    RAISE EXCEPTION 'a lease must be longer than nothing, not %', coalesce(p_lease::text, 'null')
      USING ERRCODE = 'invalid_parameter_value';
  END IF;

  WITH due AS MATERIALIZED (
    SELECT j.id
    FROM public.plan_generation_jobs AS j
    WHERE j.status = 'pending'
      AND j.run_after <= v_now
      AND j.retry_count < greatest(1, j.max_retries)
    ORDER BY j.run_after, j.id
    LIMIT 1
    FOR UPDATE SKIP LOCKED
  )
  UPDATE public.plan_generation_jobs AS j
  SET status = 'processing',
      lease_token = gen_random_uuid(),
      lease_expires_at = v_now + p_lease,
      started_at = v_now
  FROM due
  WHERE j.id = due.id
  RETURNING j.* INTO v_job;
  IF NOT FOUND THEN
    RETURN;
  END IF;

  INSERT INTO public.plan_generation_attempts (lease_token, job_id, attempt_number, worker, started_at)
  VALUES (v_job.lease_token, v_job.id, v_job.retry_count + 1, p_worker, v_now);
  RETURN NEXT v_job;
END
$$;

COMMENT ON FUNCTION public.claim_next_plan_job(text, interval) IS
  'Gives the job that has been due longest to one worker, with a lease and its token; no row when nothing is due.';


CREATE OR REPLACE FUNCTION public.heartbeat_plan_job(
  p_job_id      uuid,
  p_lease_token uuid,
  p_lease       interval DEFAULT interval '5 minutes'
)
RETURNS timestamptz
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  v_expires_at timestamptz;
BEGIN
  UPDATE public.plan_generation_jobs AS j
  SET lease_expires_at = clock_timestamp() + p_lease
  WHERE j.id = p_job_id AND j.lease_token = p_lease_token
  RETURNING j.lease_expires_at INTO v_expires_at;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the claim on plan job % is lost', p_job_id
      USING ERRCODE = 'PJ001', HINT = 'Stop working: another attempt has the job, or it has ended.';
  END IF;
  RETURN v_expires_at;
END
$$;

COMMENT ON FUNCTION public.heartbeat_plan_job(uuid, uuid, interval) IS
  'Extends the lease of a live claim, from now. Returns its new end.';


CREATE OR REPLACE FUNCTION public.complete_plan_job(p_job_id uuid, p_lease_token uuid, p_plan jsonb)
RETURNS text
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
  v_claim    constant text := public.lock_plan_claim(p_job_id, p_lease_token, '{completed,rejected}');
  v_problems constant text[] := public.weekly_plan_problems(p_plan);
  v_now      constant timestamptz := clock_timestamp();
  v_user_id  uuid;
BEGIN
  IF v_claim <> 'held' THEN
    RETURN CASE v_claim WHEN 'rejected' THEN 'failed' ELSE v_claim END;
  ELSIF cardinality(v_problems) > 0 THEN
    RETURN public.record_plan_failure(
      p_job_id, 'rejected', 'VALIDATION_FAILED', array_to_string(v_problems, '; '), false, NULL);
  END IF;

  PERFORM public.end_plan_attempt(p_lease_token, 'completed');
  UPDATE public.plan_generation_jobs AS j
  SET status = 'completed', lease_token = NULL, lease_expires_at = NULL, completed_at = v_now
  WHERE j.id = p_job_id
  RETURNING j.user_id INTO v_user_id;

  UPDATE public.weekly_base_plans AS w
  SET is_active = false, replaced_at = v_now
  WHERE w.user_id = v_user_id AND w.is_active;
  INSERT INTO public.weekly_base_plans (user_id, job_id, plan, created_at)
  VALUES (v_user_id, p_job_id, p_plan, v_now);
  RETURN 'completed';
END
$$;

COMMENT ON FUNCTION public.complete_plan_job(uuid, uuid, jsonb) IS
  'Stores a sound plan in place of the active one and returns completed; an unsound one ends the job as '
  'VALIDATION_FAILED, stores nothing and returns failed. Repeated with the same token, it returns the same again.';


CREATE OR REPLACE FUNCTION public.fail_plan_job(
  p_job_id        uuid,
  p_lease_token   uuid,
  p_error_code    text,
  p_error_message text,
  p_retryable     boolean DEFAULT true,
  p_backoff       interval DEFAULT NULL
)
RETURNS text
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  v_status text;
BEGIN
  IF public.lock_plan_claim(p_job_id, p_lease_token, '{failed}') = 'held' THEN
    RETURN public.record_plan_failure(
      p_job_id,
      'failed',
      coalesce(p_error_code, 'UNEXPECTED_ERROR'),
      coalesce(nullif(btrim(p_error_message), ''), 'the worker gave no message'),
      coalesce(p_retryable, true),
      p_backoff
    );
  END IF;
  SELECT j.status INTO v_status FROM public.plan_generation_jobs AS j WHERE j.id = p_job_id;
  RETURN v_status;
END
$$;

COMMENT ON FUNCTION public.fail_plan_job(uuid, uuid, text, text, boolean, interval) IS
  'Counts a failed attempt and returns pending or failed. p_retryable = false fails the job at once; p_backoff '
  'replaces the default delay. Repeated with the same token, it counts nothing and returns the status of the job.';


CREATE OR REPLACE FUNCTION public.reset_stuck_plan_job(p_job_id uuid)
RETURNS text
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
  PERFORM FROM public.plan_generation_jobs AS j
  WHERE j.id = p_job_id AND j.status = 'processing' AND j.lease_expires_at <= clock_timestamp()
  FOR UPDATE;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  RETURN public.record_plan_failure(
    p_job_id, 'lease_expired', 'UNEXPECTED_ERROR', 'the lease expired: the worker died or stalled', true, NULL);
END
$$;

COMMENT ON FUNCTION public.reset_stuck_plan_job(uuid) IS
  'Counts the attempt of a job whose lease has expired as failed; returns pending or failed, or null if not stuck.';


CREATE OR REPLACE FUNCTION public.reset_stuck_plan_jobs(p_limit integer DEFAULT 100)
RETURNS integer
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  v_now    constant timestamptz := clock_timestamp();
  v_job_id uuid;
  v_count  integer := 0;
BEGIN
  FOR v_job_id IN
    SELECT j.id
    FROM public.plan_generation_jobs AS j
    WHERE j.status = 'processing' AND j.lease_expires_at <= v_now
    ORDER BY j.lease_expires_at
    LIMIT p_limit
    FOR UPDATE SKIP LOCKED
  LOOP
    PERFORM public.reset_stuck_plan_job(v_job_id);
    v_count := v_count + 1;
  END LOOP;
  RETURN v_count;
END
$$;

COMMENT ON FUNCTION public.reset_stuck_plan_jobs(integer) IS
  'The sweep of reset_stuck_plan_job(): up to p_limit jobs that no other session has locked. Returns how many.';


CREATE OR REPLACE FUNCTION public.expire_pending_plan_jobs(
  p_waited interval DEFAULT interval '1 hour',
  p_limit  integer DEFAULT 100
)
RETURNS integer
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  v_now   constant timestamptz := clock_timestamp();
  v_count integer;
BEGIN
  WITH waiting AS MATERIALIZED (
    SELECT j.id
    FROM public.plan_generation_jobs AS j
    WHERE j.status = 'pending' AND j.run_after <= v_now - p_waited
    ORDER BY j.run_after, j.id
    LIMIT p_limit
    FOR UPDATE SKIP LOCKED
  )
  UPDATE public.plan_generation_jobs AS j
  SET status = 'failed',
      error_code = 'CONFIG_ERROR',
      error_message = format('no worker claimed the job within %s of the time it was due', p_waited),
      completed_at = v_now
  FROM waiting
  WHERE j.id = waiting.id;
  GET DIAGNOSTICS v_count = ROW_COUNT;
  RETURN v_count;
END
$$;

COMMENT ON FUNCTION public.expire_pending_plan_jobs(interval, integer) IS
  'Fails, as CONFIG_ERROR, up to p_limit jobs that have been due for p_waited and that nobody claimed. Returns '
  'how many.';


CREATE OR REPLACE FUNCTION public.get_active_plan_job(p_user_id uuid DEFAULT auth.uid())
RETURNS SETOF public.plan_generation_jobs
LANGUAGE sql
STABLE
SET search_path = ''
AS $$
  SELECT j.*
  FROM public.plan_generation_jobs AS j
  WHERE j.user_id = p_user_id AND j.status IN ('pending', 'processing')
$$;

COMMENT ON FUNCTION public.get_active_plan_job(uuid) IS
  'The job of a user that has not ended, or no row. Runs as its caller: row security decides whose jobs are seen.';


CREATE OR REPLACE FUNCTION public.create_my_plan_job(p_regenerate boolean DEFAULT false, p_request jsonb DEFAULT '{}')
RETURNS TABLE (job_id uuid, job_status text, created boolean)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
BEGIN
  IF auth.uid() IS NULL THEN
    RAISE EXCEPTION 'sign in to create a plan job' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN QUERY SELECT c.job_id, c.job_status, c.created
    FROM public.create_plan_job(auth.uid(), p_regenerate, p_request) AS c;
END
$$;

COMMENT ON FUNCTION public.create_my_plan_job(boolean, jsonb) IS 'create_plan_job() for the signed-in user.';


CREATE OR REPLACE FUNCTION public.cancel_my_plan_job(p_job_id uuid)
RETURNS text
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
BEGIN
  PERFORM FROM public.plan_generation_jobs AS j WHERE j.id = p_job_id AND j.user_id = auth.uid();
  IF NOT FOUND THEN
    RAISE EXCEPTION 'you have no plan job %', p_job_id USING ERRCODE = 'no_data_found';
  END IF;
  RETURN public.cancel_plan_job(p_job_id);
END
$$;

COMMENT ON FUNCTION public.cancel_my_plan_job(uuid) IS
  'cancel_plan_job() for the signed-in user; the job of another does not exist.';


REVOKE ALL ON FUNCTION
  public.weekly_plan_problems(jsonb),
  public.lock_plan_claim(uuid, uuid, text[]),
  public.end_plan_attempt(uuid, text, text, text),
  public.record_plan_failure(uuid, text, text, text, boolean, interval),
  public.create_plan_job(uuid, boolean, jsonb, integer),
  public.claim_next_plan_job(text, interval),
  public.heartbeat_plan_job(uuid, uuid, interval),
  public.complete_plan_job(uuid, uuid, jsonb),
  public.fail_plan_job(uuid, uuid, text, text, boolean, interval),
  public.reset_stuck_plan_job(uuid),
  public.reset_stuck_plan_jobs(integer),
  public.expire_pending_plan_jobs(interval, integer),
  public.cancel_plan_job(uuid),
  public.get_active_plan_job(uuid),
  public.create_my_plan_job(boolean, jsonb),
  public.cancel_my_plan_job(uuid)
FROM PUBLIC, anon, authenticated, service_role;

GRANT EXECUTE ON FUNCTION
  public.weekly_plan_problems(jsonb),
  public.lock_plan_claim(uuid, uuid, text[]),
  public.end_plan_attempt(uuid, text, text, text),
  public.record_plan_failure(uuid, text, text, text, boolean, interval),
  public.create_plan_job(uuid, boolean, jsonb, integer),
  public.claim_next_plan_job(text, interval),
  public.heartbeat_plan_job(uuid, uuid, interval),
  public.complete_plan_job(uuid, uuid, jsonb),
  public.fail_plan_job(uuid, uuid, text, text, boolean, interval),
  public.reset_stuck_plan_job(uuid),
  public.reset_stuck_plan_jobs(integer),
  public.expire_pending_plan_jobs(interval, integer),
  public.cancel_plan_job(uuid),
  public.get_active_plan_job(uuid)
TO service_role;

GRANT EXECUTE ON FUNCTION
  public.get_active_plan_job(uuid),
  public.create_my_plan_job(boolean, jsonb),
  public.cancel_my_plan_job(uuid)
TO authenticated;
