-- Thumbnail generations (system C), as first planned.
--
-- Brings generations and thumbnails. Base schema: auth.users, portraits, update_updated_at().

-- status: pending, processing, completed, failed or partial
CREATE TABLE IF NOT EXISTS public.generations (
  id               uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id          uuid        REFERENCES auth.users (id) ON DELETE CASCADE,
  portrait_id      uuid        REFERENCES public.portraits (id) ON DELETE SET NULL,
  portrait_url     text        NOT NULL,
  keywords         text        NOT NULL,
  background_count integer     NOT NULL,
  status           text        NOT NULL DEFAULT 'pending',
  progress         integer     DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
  current_step     text,
  thumbnail_count  integer     DEFAULT 0,
  error_message    text,
  created_at       timestamptz DEFAULT now(),
  started_at       timestamptz,
  completed_at     timestamptz,
  credits_used     integer     DEFAULT 1
);

-- status: success or failed
CREATE TABLE IF NOT EXISTS public.thumbnails (
  id               uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
  generation_id    uuid        NOT NULL REFERENCES public.generations (id) ON DELETE CASCADE,
  storage_path     text        NOT NULL,
  public_url       text        NOT NULL,
  prompt           text,
  prompt_index     integer,
  background_index integer,
  kie_task_id      text,
  status           text        DEFAULT 'success',
  error_message    text,
  created_at       timestamptz DEFAULT now()
);

ALTER TABLE public.generations ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.thumbnails ENABLE ROW LEVEL SECURITY;

CREATE INDEX IF NOT EXISTS idx_generations_user_id ON public.generations (user_id);
CREATE INDEX IF NOT EXISTS idx_generations_status ON public.generations (status);
CREATE INDEX IF NOT EXISTS idx_thumbnails_generation_id ON public.thumbnails (generation_id);

-- Users read and insert their own generations.
DROP POLICY IF EXISTS generations_select_own ON public.generations;
CREATE POLICY generations_select_own ON public.generations
  FOR SELECT TO authenticated
  USING (user_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS generations_insert_own ON public.generations;
CREATE POLICY generations_insert_own ON public.generations
  FOR INSERT TO authenticated
  WITH CHECK (user_id = (SELECT auth.uid()));

-- The service role updates generations from the webhook.
DROP POLICY IF EXISTS generations_service_update ON public.generations;
CREATE POLICY generations_service_update ON public.generations
  FOR UPDATE
  USING (true);

-- Users read thumbnails through their generations.
DROP POLICY IF EXISTS thumbnails_select_own ON public.thumbnails;
CREATE POLICY thumbnails_select_own ON public.thumbnails
  FOR SELECT TO authenticated
  USING (
    EXISTS (
      SELECT FROM public.generations AS g
      WHERE g.id = thumbnails.generation_id
        AND g.user_id = (SELECT auth.uid())
    )
  );

-- The service role inserts thumbnails.
DROP POLICY IF EXISTS thumbnails_service_insert ON public.thumbnails;
CREATE POLICY thumbnails_service_insert ON public.thumbnails
  FOR INSERT
  WITH CHECK (true);

-- Realtime
ALTER TABLE public.generations REPLICA IDENTITY FULL;

CREATE OR REPLACE TRIGGER generations_updated_at
  BEFORE UPDATE ON public.generations
  FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

-- What the platform grants on a new table; row security does the rest.
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.generations TO anon, authenticated, service_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.thumbnails TO anon, authenticated, service_role;
