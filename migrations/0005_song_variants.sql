-- Song variants (system B): one row an attempt, a dead letter for each that failed, a link for those who listen.
--
-- Brings:      generation_status, song_variants, failed_jobs, get_shared_song(), orders.occasion_date
-- Base schema: users and orders of 0002, auth.uid(); songs stays as it is
--
-- The service role bypasses row security: its grants are all that the worker needs, and no policy names it.

DO $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM pg_catalog.pg_type
    WHERE typname = 'generation_status' AND typnamespace = 'public'::pg_catalog.regnamespace
  ) THEN
    CREATE TYPE public.generation_status AS ENUM ('pending', 'generating', 'complete', 'failed');
  END IF;
END
$$;

ALTER TABLE public.orders ADD COLUMN IF NOT EXISTS occasion_date date;


CREATE TABLE IF NOT EXISTS public.song_variants (
  id                uuid                     PRIMARY KEY DEFAULT gen_random_uuid(),
  order_id          uuid                     NOT NULL REFERENCES public.orders (id) ON DELETE CASCADE,
  user_id           uuid                     NOT NULL REFERENCES public.users (id) ON DELETE CASCADE,
  variant_number    integer                  NOT NULL,
  storage_path      text                     NOT NULL,
  duration_ms       integer,
  generation_status public.generation_status NOT NULL DEFAULT 'pending',
  share_token       uuid                     NOT NULL DEFAULT gen_random_uuid(),
  selected          boolean                  NOT NULL DEFAULT false,
  error_message     text,
  retry_count       integer                  NOT NULL DEFAULT 0,
  lease_token       uuid,
  lease_expires_at  timestamptz,
  created_at        timestamptz              NOT NULL DEFAULT now(),
  completed_at      timestamptz,
  CONSTRAINT song_variants_order_id_variant_number_key UNIQUE (order_id, variant_number),
  CONSTRAINT song_variants_share_token_key UNIQUE (share_token),
  CONSTRAINT song_variants_variant_number_check CHECK (variant_number BETWEEN 1 AND 5),
  CONSTRAINT song_variants_retry_count_check CHECK (retry_count >= 0),
  CONSTRAINT song_variants_duration_ms_check
    CHECK (duration_ms IS NULL OR (duration_ms >= 0 AND generation_status = 'complete'))
);

ALTER TABLE public.song_variants ENABLE ROW LEVEL SECURITY;

COMMENT ON TABLE public.song_variants IS 'One row an attempt at the song of an order, up to five.';
COMMENT ON COLUMN public.song_variants.storage_path IS 'A path in storage, never a signed URL: those expire.';
COMMENT ON COLUMN public.song_variants.share_token IS
  'Whoever presents it hears this one song, through get_shared_song(). Nobody but the owner can read it.';
COMMENT ON COLUMN public.song_variants.lease_token IS
  'Drawn anew at every claim. Whoever works on the row shows it in each write; a stale one changes nothing.';

-- share_token needs no index of its own: its UNIQUE constraint has one.
CREATE INDEX IF NOT EXISTS idx_song_variants_order_id ON public.song_variants (order_id);
CREATE INDEX IF NOT EXISTS idx_song_variants_user_id ON public.song_variants (user_id);
CREATE INDEX IF NOT EXISTS idx_song_variants_status ON public.song_variants (generation_status);
-- A claim reads no more than it takes, and a sweep only what is held, however many variants there are.
CREATE INDEX IF NOT EXISTS idx_song_variants_waiting
  ON public.song_variants (created_at, id) WHERE generation_status = 'pending';
CREATE INDEX IF NOT EXISTS idx_song_variants_leases
  ON public.song_variants (lease_expires_at) WHERE generation_status = 'generating';

DROP POLICY IF EXISTS song_variants_select_own ON public.song_variants;
CREATE POLICY song_variants_select_own ON public.song_variants
  FOR SELECT TO authenticated
  USING (user_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS song_variants_select_favourite ON public.song_variants;
CREATE POLICY song_variants_select_favourite ON public.song_variants
  FOR UPDATE TO authenticated
  USING (user_id = (SELECT auth.uid()))
  WITH CHECK (user_id = (SELECT auth.uid()));

REVOKE ALL ON TABLE public.song_variants FROM PUBLIC, anon, authenticated, service_role;
-- A policy chooses rows, a column grant chooses columns: the owner picks a favourite and changes nothing else.
GRANT SELECT, UPDATE (selected) ON TABLE public.song_variants TO authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.song_variants TO service_role;


CREATE OR REPLACE FUNCTION public.get_shared_song(p_share_token uuid)
RETURNS TABLE (
  variant_number    integer,
  storage_path      text,
  duration_ms       integer,
  generation_status public.generation_status,
  completed_at      timestamptz
)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = ''
AS $$
  SELECT v.variant_number, v.storage_path, v.duration_ms, v.generation_status, v.completed_at
  FROM public.song_variants AS v
  WHERE v.share_token = p_share_token
$$;

COMMENT ON FUNCTION public.get_shared_song(uuid) IS
  'The one song behind a share token. Says nothing of its owner or order, and cannot list.';

REVOKE ALL ON FUNCTION public.get_shared_song(uuid) FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION public.get_shared_song(uuid) TO anon, authenticated, service_role;


CREATE TABLE IF NOT EXISTS public.failed_jobs (
  id              uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
  job_type        text        NOT NULL,
  song_variant_id uuid        REFERENCES public.song_variants (id) ON DELETE SET NULL,
  event_data      jsonb       NOT NULL,
  error_message   text        NOT NULL,
  error_stack     text,
  retry_count     integer     NOT NULL,
  failed_at       timestamptz NOT NULL DEFAULT now(),
  resolved_at     timestamptz,
  notes           text,
  CONSTRAINT failed_jobs_song_variant_id_key UNIQUE (song_variant_id),
  CONSTRAINT failed_jobs_retry_count_check CHECK (retry_count >= 0)
);

ALTER TABLE public.failed_jobs ENABLE ROW LEVEL SECURITY;

COMMENT ON TABLE public.failed_jobs IS
  'Dead letters: jobs that used up their attempts. Row security without a policy: for the service role alone.';
COMMENT ON COLUMN public.failed_jobs.event_data IS 'The whole event, so that the job can be sent again.';
COMMENT ON COLUMN public.failed_jobs.song_variant_id IS
  'The variant that failed. Unique: a failed variant has exactly one dead letter, open as long as it stays failed.';

CREATE INDEX IF NOT EXISTS idx_failed_jobs_type ON public.failed_jobs (job_type);
CREATE INDEX IF NOT EXISTS idx_failed_jobs_failed_at ON public.failed_jobs (failed_at);

REVOKE ALL ON TABLE public.failed_jobs FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.failed_jobs TO service_role;


CREATE OR REPLACE FUNCTION public.keep_song_variant_dead_letter()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.generation_status = OLD.generation_status THEN
    RETURN NULL;
  END IF;

  IF NEW.generation_status = 'failed' THEN
    INSERT INTO public.failed_jobs AS f (job_type, song_variant_id, event_data, error_message, retry_count)
    VALUES (
      'song_variant',
      NEW.id,
      pg_catalog.to_jsonb(NEW) - 'share_token' - 'lease_token',
      coalesce(NEW.error_message, 'no error message was recorded'),
      NEW.retry_count
    )
    -- An open letter is the writer's own, written in the same statement: it holds the whole event and stays.
    ON CONFLICT (song_variant_id) DO UPDATE
      SET event_data = excluded.event_data,
          error_message = excluded.error_message,
          error_stack = NULL,
          retry_count = excluded.retry_count,
          failed_at = excluded.failed_at,
          resolved_at = NULL
      WHERE f.resolved_at IS NOT NULL;
  ELSE
    UPDATE public.failed_jobs
    SET resolved_at = pg_catalog.clock_timestamp()
    WHERE song_variant_id = NEW.id AND resolved_at IS NULL;
  END IF;
  RETURN NULL;
END
$$;

COMMENT ON FUNCTION public.keep_song_variant_dead_letter() IS
  'Opens the dead letter of a variant in the statement that fails it, and resolves it when the variant is tried again.';

REVOKE ALL ON FUNCTION public.keep_song_variant_dead_letter() FROM PUBLIC, anon, authenticated, service_role;

CREATE OR REPLACE TRIGGER song_variants_dead_letter
  AFTER INSERT OR UPDATE OF generation_status ON public.song_variants
  FOR EACH ROW EXECUTE FUNCTION public.keep_song_variant_dead_letter();
