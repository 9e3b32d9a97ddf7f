-- Meal plan intake: the answers from which a meal plan is made.
--
-- Brings:      meal_plan_intake
-- Base schema: meal_plans of 0044, update_updated_at() of 0001, auth.uid()

CREATE TABLE IF NOT EXISTS public.meal_plan_intake (
  meal_plan_id uuid        PRIMARY KEY REFERENCES public.meal_plans (id) ON DELETE CASCADE,
  diet         text        NOT NULL DEFAULT 'omnivore',
  allergies    text[]      NOT NULL DEFAULT '{}',
  daily_kcal   integer     NOT NULL,
  notes        text,
  created_at   timestamptz NOT NULL DEFAULT now(),
  updated_at   timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT meal_plan_intake_diet_check CHECK (diet IN ('omnivore', 'vegetarian', 'vegan', 'pescatarian')),
  CONSTRAINT meal_plan_intake_daily_kcal_check CHECK (daily_kcal BETWEEN 800 AND 6000)
);

ALTER TABLE public.meal_plan_intake ENABLE ROW LEVEL SECURITY;

COMMENT ON TABLE public.meal_plan_intake IS 'One row a meal plan: diet, allergies and energy wanted.';

CREATE OR REPLACE TRIGGER meal_plan_intake_updated_at
  BEFORE UPDATE ON public.meal_plan_intake
  FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

DROP POLICY IF EXISTS meal_plan_intake_select_own ON public.meal_plan_intake;
CREATE POLICY meal_plan_intake_select_own ON public.meal_plan_intake
  FOR SELECT TO authenticated
  USING (
    EXISTS (
      SELECT FROM public.meal_plans AS p
      WHERE p.id = meal_plan_intake.meal_plan_id
        AND p.user_id = (SELECT auth.uid())
    )
  );

DROP POLICY IF EXISTS meal_plan_intake_insert_own ON public.meal_plan_intake;
CREATE POLICY meal_plan_intake_insert_own ON public.meal_plan_intake
  FOR INSERT TO authenticated
  WITH CHECK (
    EXISTS (
      SELECT FROM public.meal_plans AS p
      WHERE p.id = meal_plan_intake.meal_plan_id
        AND p.user_id = (SELECT auth.uid())
    )
  );

DROP POLICY IF EXISTS meal_plan_intake_update_own ON public.meal_plan_intake;
CREATE POLICY meal_plan_intake_update_own ON public.meal_plan_intake
  FOR UPDATE TO authenticated
  USING (
    EXISTS (
      SELECT FROM public.meal_plans AS p
      WHERE p.id = meal_plan_intake.meal_plan_id
        AND p.user_id = (SELECT auth.uid())
    )
  )
  WITH CHECK (
    EXISTS (
      SELECT FROM public.meal_plans AS p
      WHERE p.id = meal_plan_intake.meal_plan_id
        AND p.user_id = (SELECT auth.uid())
    )
  );

REVOKE ALL ON TABLE public.meal_plan_intake FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT,
  INSERT (meal_plan_id, diet, allergies, daily_kcal, notes),
  UPDATE (diet, allergies, daily_kcal, notes)
  ON TABLE public.meal_plan_intake TO authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.meal_plan_intake TO service_role;
