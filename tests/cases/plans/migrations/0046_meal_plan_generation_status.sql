-- Meal plan generation status (system A), as first planned.
--
-- Adds the two columns through which /start, /run and /status agree.
-- Base schema: meal_plans. Idempotent: safe to run again.

ALTER TABLE public.meal_plans ADD COLUMN IF NOT EXISTS generation_status text NOT NULL DEFAULT 'idle';

ALTER TABLE public.meal_plans ADD COLUMN IF NOT EXISTS generation_error text;

ALTER TABLE public.meal_plans ADD CONSTRAINT meal_plans_generation_status_check
  CHECK (generation_status IN ('idle', 'generating', 'complete', 'error'));

COMMENT ON COLUMN public.meal_plans.generation_error IS
  'Null unless the status is error, and set when it is.';
