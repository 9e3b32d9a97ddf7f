-- Meal plans: what a person will eat in one week.
--
-- Brings:      meal_plans
-- Base schema: auth.users, auth.uid(); update_updated_at() of 0001

CREATE TABLE IF NOT EXISTS public.meal_plans (
  id         uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id    uuid        NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
  title      text        NOT NULL,
  week_start date        NOT NULL,
  meals      jsonb       NOT NULL DEFAULT '[]',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

ALTER TABLE public.meal_plans ENABLE ROW LEVEL SECURITY;

COMMENT ON TABLE public.meal_plans IS 'One plan a person and week. The server fills in the meals.';

CREATE INDEX IF NOT EXISTS idx_meal_plans_user_id ON public.meal_plans (user_id);

CREATE OR REPLACE TRIGGER meal_plans_updated_at
  BEFORE UPDATE ON public.meal_plans
  FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

DROP POLICY IF EXISTS meal_plans_select_own ON public.meal_plans;
CREATE POLICY meal_plans_select_own ON public.meal_plans
  FOR SELECT TO authenticated
  USING (user_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS meal_plans_insert_own ON public.meal_plans;
CREATE POLICY meal_plans_insert_own ON public.meal_plans
  FOR INSERT TO authenticated
  WITH CHECK (user_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS meal_plans_update_own ON public.meal_plans;
CREATE POLICY meal_plans_update_own ON public.meal_plans
  FOR UPDATE TO authenticated
  USING (user_id = (SELECT auth.uid()))
  WITH CHECK (user_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS meal_plans_delete_own ON public.meal_plans;
CREATE POLICY meal_plans_delete_own ON public.meal_plans
  FOR DELETE TO authenticated
  USING (user_id = (SELECT auth.uid()));

REVOKE ALL ON TABLE public.meal_plans FROM PUBLIC, anon, authenticated, service_role;
-- Granted column by column, so that a column added later is not the user's to write.
GRANT SELECT, DELETE, INSERT (id, user_id, title, week_start), UPDATE (title, week_start)
  ON TABLE public.meal_plans TO authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.meal_plans TO service_role;
