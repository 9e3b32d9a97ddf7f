-- Weekly base plans (system D), as first planned.
--
-- Brings the queue plan_generation_jobs, weekly_base_plans, and the functions that drive them. Base schema: auth.users.
-- The worker validates a plan before it calls complete_plan_job().

CREATE TABLE IF NOT EXISTS public.plan_generation_jobs (
  id              uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id         uuid        NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
  status          text        NOT NULL DEFAULT 'pending'
    CHECK (status IN ('pending', 'processing', 'completed', 'failed', 'cancelled')),
  is_regeneration boolean     NOT NULL DEFAULT false,
  retry_count     integer     NOT NULL DEFAULT 0,
  max_retries     integer     NOT NULL DEFAULT 3,
  error_code      text
    CHECK (error_code IN ('AI_TIMEOUT', 'AI_RATE_LIMIT', 'JSON_PARSE_ERROR', 'VALIDATION_FAILED', 'CONFIG_ERROR',
                          'UNEXPECTED_ERROR')),
  error_message   text,
  run_after       timestamptz NOT NULL DEFAULT now(),
  created_at      timestamptz NOT NULL DEFAULT now(),
  started_at      timestamptz,
  completed_at    timestamptz
);

ALTER TABLE public.plan_generation_jobs ENABLE ROW LEVEL SECURITY;

COMMENT ON TABLE public.plan_generation_jobs IS 'The queue of weekly plans: one active job a user.';

CREATE UNIQUE INDEX IF NOT EXISTS idx_plan_generation_jobs_one_active
  ON public.plan_generation_jobs (user_id) WHERE status IN ('pending', 'processing');
CREATE INDEX IF NOT EXISTS idx_plan_generation_jobs_user_id ON public.plan_generation_jobs (user_id, created_at);
CREATE INDEX IF NOT EXISTS idx_plan_generation_jobs_due
  ON public.plan_generation_jobs (run_after, id) WHERE status = 'pending';

DROP POLICY IF EXISTS plan_generation_jobs_select_own ON public.plan_generation_jobs;
CREATE POLICY plan_generation_jobs_select_own ON public.plan_generation_jobs
  FOR SELECT TO authenticated
  USING (user_id = (SELECT auth.uid()));

REVOKE ALL ON TABLE public.plan_generation_jobs FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT ON TABLE public.plan_generation_jobs TO authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.plan_generation_jobs TO service_role;

CREATE TABLE IF NOT EXISTS public.weekly_base_plans (
  id         uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id    uuid        NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
  job_id     uuid        REFERENCES public.plan_generation_jobs (id) ON DELETE SET NULL,
  plan       jsonb       NOT NULL,
  is_active  boolean     NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now()
);

ALTER TABLE public.weekly_base_plans ENABLE ROW LEVEL SECURITY;

COMMENT ON TABLE public.weekly_base_plans IS 'Finished weekly plans, one active a user.';

CREATE UNIQUE INDEX IF NOT EXISTS idx_weekly_base_plans_one_active
  ON public.weekly_base_plans (user_id) WHERE is_active;
CREATE INDEX IF NOT EXISTS idx_weekly_base_plans_user_id ON public.weekly_base_plans (user_id, created_at);
CREATE INDEX IF NOT EXISTS idx_weekly_base_plans_job_id ON public.weekly_base_plans (job_id);

DROP POLICY IF EXISTS weekly_base_plans_select_own ON public.weekly_base_plans;
CREATE POLICY weekly_base_plans_select_own ON public.weekly_base_plans
  FOR SELECT TO authenticated
  USING (user_id = (SELECT auth.uid()));

REVOKE ALL ON TABLE public.weekly_base_plans FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT ON TABLE public.weekly_base_plans TO authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.weekly_base_plans TO service_role;

CREATE OR REPLACE FUNCTION public.cancel_plan_job(p_job_id uuid)
RETURNS text
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  v_status text;
BEGIN
  UPDATE public.plan_generation_jobs
  SET status = 'cancelled', completed_at = clock_timestamp()
  WHERE id = p_job_id AND status IN ('pending', 'processing');
  SELECT j.status INTO v_status FROM public.plan_generation_jobs AS j WHERE j.id = p_job_id;
  RETURN v_status;
END
$$;

CREATE OR REPLACE FUNCTION public.create_plan_job(
  p_user_id     uuid,
  p_regenerate  boolean DEFAULT false,
  p_max_retries integer DEFAULT 3
)
RETURNS TABLE (job_id uuid, job_status text, created boolean)
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('create_plan_job:' || p_user_id::text, 0));
  IF p_regenerate THEN
    IF EXISTS (
      SELECT FROM public.plan_generation_jobs AS j
      WHERE j.user_id = p_user_id
        AND j.is_regeneration
        AND j.status NOT IN ('failed', 'cancelled')
        AND j.created_at > now() - interval '14 days'
    ) THEN
      RAISE EXCEPTION 'the plan was regenerated less than two weeks ago' USING ERRCODE = 'PJ002';
    END IF;
    PERFORM public.cancel_plan_job(j.id)
    FROM public.plan_generation_jobs AS j
    WHERE j.user_id = p_user_id AND j.status IN ('pending', 'processing');
  END IF;

  RETURN QUERY
    SELECT j.id, j.status, false
    FROM public.plan_generation_jobs AS j
    WHERE j.user_id = p_user_id AND j.status IN ('pending', 'processing');
  IF NOT FOUND THEN
    RETURN QUERY
      INSERT INTO public.plan_generation_jobs AS j (user_id, is_regeneration, max_retries)
      VALUES (p_user_id, p_regenerate, p_max_retries)
      RETURNING j.id, j.status, true;
  END IF;
END
$$;

CREATE OR REPLACE FUNCTION public.claim_next_plan_job()
RETURNS SETOF public.plan_generation_jobs
LANGUAGE sql
SET search_path = ''
AS $$
  WITH due AS MATERIALIZED (
    SELECT j.id
    FROM public.plan_generation_jobs AS j
    WHERE j.status = 'pending' AND j.run_after <= now()
    ORDER BY j.run_after, j.id
    LIMIT 1
    FOR UPDATE SKIP LOCKED
  )
  UPDATE public.plan_generation_jobs AS j
  SET status = 'processing', started_at = clock_timestamp()
  FROM due
  WHERE j.id = due.id
  RETURNING j.*
$$;

CREATE OR REPLACE FUNCTION public.complete_plan_job(p_job_id uuid, p_plan jsonb)
RETURNS text
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  v_user_id uuid;
BEGIN
  UPDATE public.plan_generation_jobs AS j
  SET status = 'completed', error_code = NULL, error_message = NULL, completed_at = clock_timestamp()
  WHERE j.id = p_job_id
  RETURNING j.user_id INTO v_user_id;

  UPDATE public.weekly_base_plans AS w SET is_active = false WHERE w.user_id = v_user_id AND w.is_active;
  INSERT INTO public.weekly_base_plans (user_id, job_id, plan) VALUES (v_user_id, p_job_id, p_plan);
  RETURN 'completed';
END
$$;

CREATE OR REPLACE FUNCTION public.fail_plan_job(p_job_id uuid, p_error_code text, p_error_message text)
RETURNS text
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  v_status text;
BEGIN
  UPDATE public.plan_generation_jobs AS j
  SET retry_count = j.retry_count + 1,
      status = CASE WHEN j.retry_count + 1 > j.max_retries THEN 'failed' ELSE 'pending' END,
      error_code = CASE WHEN j.retry_count + 1 > j.max_retries THEN p_error_code END,
      error_message = CASE WHEN j.retry_count + 1 > j.max_retries THEN p_error_message END,
      completed_at = CASE WHEN j.retry_count + 1 > j.max_retries THEN clock_timestamp() END,
      run_after = clock_timestamp() + interval '30 seconds'
  WHERE j.id = p_job_id
  RETURNING j.status INTO v_status;
  RETURN v_status;
END
$$;

-- For operators, by hand: the job of a worker that is known to be dead is tried again.
CREATE OR REPLACE FUNCTION public.reset_stuck_plan_job(p_job_id uuid)
RETURNS text
LANGUAGE sql
SET search_path = ''
AS $$
  UPDATE public.plan_generation_jobs AS j
  SET status = 'pending', run_after = now()
  WHERE j.id = p_job_id AND j.status = 'processing'
  RETURNING j.status
$$;

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

REVOKE ALL ON FUNCTION
  public.cancel_plan_job(uuid),
  public.create_plan_job(uuid, boolean, integer),
  public.claim_next_plan_job(),
  public.complete_plan_job(uuid, jsonb),
  public.fail_plan_job(uuid, text, text),
  public.reset_stuck_plan_job(uuid),
  public.get_active_plan_job(uuid)
FROM PUBLIC, anon, authenticated, service_role;

GRANT EXECUTE ON FUNCTION
  public.cancel_plan_job(uuid),
  public.create_plan_job(uuid, boolean, integer),
  public.claim_next_plan_job(),
  public.complete_plan_job(uuid, jsonb),
  public.fail_plan_job(uuid, text, text),
  public.reset_stuck_plan_job(uuid),
  public.get_active_plan_job(uuid)
TO service_role;

GRANT EXECUTE ON FUNCTION public.get_active_plan_job(uuid) TO authenticated;

-- The worker's own role, where a project has one.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'plan_worker') THEN
    ALTER ROLE plan_worker PASSWORD 'changeme-plan';
  END IF;
END
$$;
