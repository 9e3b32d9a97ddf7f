-- Thumbnail generations (system C): a parent that shows its progress, children that hold the results.
--
-- Brings:      generations, thumbnails, generations in the publication supabase_realtime
-- Base schema: auth.users, auth.uid(); update_updated_at() and portraits of 0001
--
-- The service role bypasses row security: its grants are all that the webhook needs, and no policy names it.

CREATE TABLE IF NOT EXISTS public.generations (
  id               uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id          uuid        NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
  portrait_id      uuid        REFERENCES public.portraits (id) ON DELETE SET NULL,
  portrait_url     text        NOT NULL,
  keywords         text        NOT NULL,
  background_count integer     NOT NULL,
  status           text        NOT NULL DEFAULT 'pending',
  progress         integer     NOT NULL DEFAULT 0,
  current_step     text,
  thumbnail_count  integer     NOT NULL DEFAULT 0,
  error_message    text,
  credits_used     integer     NOT NULL DEFAULT 1,
  lease_token      uuid,
  lease_expires_at timestamptz,
  created_at       timestamptz NOT NULL DEFAULT now(),
  updated_at       timestamptz NOT NULL DEFAULT now(),
  started_at       timestamptz,
  completed_at     timestamptz,
  CONSTRAINT generations_status_check
    CHECK (status IN ('pending', 'processing', 'completed', 'failed', 'partial')),
  CONSTRAINT generations_progress_check CHECK (progress BETWEEN 0 AND 100),
  CONSTRAINT generations_background_count_check CHECK (background_count >= 0),
  CONSTRAINT generations_thumbnail_count_check CHECK (thumbnail_count >= 0),
  CONSTRAINT generations_credits_used_check CHECK (credits_used >= 0)
);

ALTER TABLE public.generations ENABLE ROW LEVEL SECURITY;

COMMENT ON TABLE public.generations IS
  'One request for thumbnails. Takes 3 to 7 minutes; ends completed, failed, or partial when some thumbnails failed.';
COMMENT ON COLUMN public.generations.portrait_url IS 'The portrait as it was when the generation was asked for.';
COMMENT ON COLUMN public.generations.lease_token IS
  'Drawn anew at every claim. Whoever works on the row shows it in each write; a stale one changes nothing.';

CREATE INDEX IF NOT EXISTS idx_generations_user_id ON public.generations (user_id);
CREATE INDEX IF NOT EXISTS idx_generations_portrait_id ON public.generations (portrait_id);
CREATE INDEX IF NOT EXISTS idx_generations_status ON public.generations (status);
-- A claim reads no more than it takes, and a sweep only what is held, however many generations there are.
CREATE INDEX IF NOT EXISTS idx_generations_waiting
  ON public.generations (updated_at, id) WHERE status = 'pending';
CREATE INDEX IF NOT EXISTS idx_generations_leases
  ON public.generations (lease_expires_at) WHERE status = 'processing';

CREATE OR REPLACE TRIGGER generations_updated_at
  BEFORE UPDATE ON public.generations
  FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

DROP POLICY IF EXISTS generations_select_own ON public.generations;
CREATE POLICY generations_select_own ON public.generations
  FOR SELECT TO authenticated
  USING (user_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS generations_insert_own ON public.generations;
CREATE POLICY generations_insert_own ON public.generations
  FOR INSERT TO authenticated
  WITH CHECK (
    user_id = (SELECT auth.uid())
    AND (
      portrait_id IS NULL
      OR EXISTS (
        SELECT FROM public.portraits AS p
        WHERE p.id = generations.portrait_id
          AND p.user_id = (SELECT auth.uid())
      )
    )
  );

REVOKE ALL ON TABLE public.generations FROM PUBLIC, anon, authenticated, service_role;
-- A user asks for a generation; status, progress and credits are not the user's to write.
GRANT SELECT, INSERT (id, user_id, portrait_id, portrait_url, keywords, background_count)
  ON TABLE public.generations TO authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.generations TO service_role;

-- Realtime checks the reader's policies against the old row, so it needs all of it. Every update writes the old row
-- to the log: keep large values out of this table.
ALTER TABLE public.generations REPLICA IDENTITY FULL;

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_publication WHERE pubname = 'supabase_realtime') THEN
    CREATE PUBLICATION supabase_realtime;
  END IF;
  IF NOT EXISTS (
    SELECT FROM pg_catalog.pg_publication_tables
    WHERE pubname = 'supabase_realtime' AND schemaname = 'public' AND tablename = 'generations'
  ) THEN
    ALTER PUBLICATION supabase_realtime ADD TABLE public.generations;
  END IF;
END
$$;


CREATE TABLE IF NOT EXISTS public.thumbnails (
  id               uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
  generation_id    uuid        NOT NULL REFERENCES public.generations (id) ON DELETE CASCADE,
  storage_path     text        NOT NULL,
  public_url       text        NOT NULL,
  prompt           text,
  prompt_index     integer,
  background_index integer,
  kie_task_id      text,
  status           text        NOT NULL DEFAULT 'success',
  error_message    text,
  created_at       timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT thumbnails_status_check CHECK (status IN ('success', 'failed'))
);

ALTER TABLE public.thumbnails ENABLE ROW LEVEL SECURITY;

COMMENT ON TABLE public.thumbnails IS 'The pictures of a generation, failed ones included.';

CREATE INDEX IF NOT EXISTS idx_thumbnails_generation_id ON public.thumbnails (generation_id);

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

REVOKE ALL ON TABLE public.thumbnails FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT ON TABLE public.thumbnails TO authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.thumbnails TO service_role;
