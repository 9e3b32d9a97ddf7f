-- Meal plan generation status (system A): two columns through which /start, /run and /status agree.
--
-- Brings:      meal_plans.generation_status, meal_plans.generation_error, and the lease of a run
-- Base schema: meal_plans of 0044
--
-- Constant defaults and NOT VALID keep this file to short locks: no rewrite, no scan. New rows are checked from here
-- on; the rows that were there are checked by 20251130, in a later transaction that no longer holds these locks.

ALTER TABLE public.meal_plans
  ADD COLUMN IF NOT EXISTS generation_status text NOT NULL DEFAULT 'idle',
  ADD COLUMN IF NOT EXISTS generation_error text,
  ADD COLUMN IF NOT EXISTS generation_lease_token uuid,
  ADD COLUMN IF NOT EXISTS generation_lease_expires_at timestamptz;

DO $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM pg_catalog.pg_constraint
    WHERE conrelid = 'public.meal_plans'::pg_catalog.regclass AND conname = 'meal_plans_generation_status_check'
  ) THEN
    ALTER TABLE public.meal_plans ADD CONSTRAINT meal_plans_generation_status_check
      CHECK (generation_status IN ('idle', 'generating', 'complete', 'error')) NOT VALID;
  END IF;
  IF NOT EXISTS (
    SELECT FROM pg_catalog.pg_constraint
    WHERE conrelid = 'public.meal_plans'::pg_catalog.regclass AND conname = 'meal_plans_generation_error_check'
  ) THEN
    ALTER TABLE public.meal_plans ADD CONSTRAINT meal_plans_generation_error_check
      CHECK ((generation_status = 'error') = (generation_error IS NOT NULL)) NOT VALID;
  END IF;
END
$$;

COMMENT ON COLUMN public.meal_plans.generation_status IS 'idle, generating, complete or error.';
COMMENT ON COLUMN public.meal_plans.generation_error IS
  'Why the last run failed; set exactly when the status is error.';
COMMENT ON COLUMN public.meal_plans.generation_lease_token IS
  'Drawn anew at every start. The run shows it in each write; a stale one changes nothing.';
COMMENT ON COLUMN public.meal_plans.generation_lease_expires_at IS
  'From then on the run counts as dead, and a new start takes over.';
