-- Song variants (system B), as first planned.
--
-- Brings generation_status, song_variants, failed_jobs and orders.occasion_date.
-- Base schema: users, orders. A variant that has used up its attempts is written to failed_jobs by the worker.

CREATE TYPE public.generation_status AS ENUM ('pending', 'generating', 'complete', 'failed');

CREATE TABLE public.song_variants (
  id                uuid                     PRIMARY KEY DEFAULT gen_random_uuid(),
  order_id          uuid                     NOT NULL REFERENCES public.orders (id) ON DELETE CASCADE,
  user_id           uuid                     NOT NULL REFERENCES public.users (id) ON DELETE CASCADE,
  variant_number    integer                  NOT NULL CHECK (variant_number BETWEEN 1 AND 5),
  storage_path      text                     NOT NULL,
  duration_ms       integer,
  generation_status public.generation_status NOT NULL DEFAULT 'pending',
  share_token       uuid                     UNIQUE NOT NULL DEFAULT gen_random_uuid(),
  selected          boolean                  DEFAULT false,
  created_at        timestamptz              DEFAULT now(),
  completed_at      timestamptz,
  UNIQUE (order_id, variant_number)
);

CREATE TABLE public.failed_jobs (
  id            uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
  job_type      text        NOT NULL,
  event_data    jsonb       NOT NULL,
  error_message text        NOT NULL,
  error_stack   text,
  retry_count   integer     NOT NULL,
  failed_at     timestamptz DEFAULT now(),
  resolved_at   timestamptz,
  notes         text
);

ALTER TABLE public.orders ADD COLUMN IF NOT EXISTS occasion_date date;

CREATE INDEX idx_song_variants_order_id ON public.song_variants (order_id);
CREATE INDEX idx_song_variants_user_id ON public.song_variants (user_id);
CREATE INDEX idx_song_variants_share_token ON public.song_variants (share_token);
CREATE INDEX idx_song_variants_status ON public.song_variants (generation_status);
CREATE INDEX idx_failed_jobs_type ON public.failed_jobs (job_type);
CREATE INDEX idx_failed_jobs_failed_at ON public.failed_jobs (failed_at);

ALTER TABLE public.song_variants ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.failed_jobs ENABLE ROW LEVEL SECURITY;

-- The owner reads own variants and picks a favourite.
CREATE POLICY song_variants_select_own ON public.song_variants
  FOR SELECT TO authenticated
  USING (auth.uid() = user_id);

CREATE POLICY song_variants_update_own ON public.song_variants
  FOR UPDATE TO authenticated
  USING (auth.uid() = user_id);

-- Whoever holds a share token listens without signing in.
CREATE POLICY song_variants_select_shared ON public.song_variants
  FOR SELECT TO anon
  USING (share_token IS NOT NULL);

-- The service role does everything.
CREATE POLICY song_variants_service_all ON public.song_variants
  FOR ALL TO service_role
  USING (true)
  WITH CHECK (true);

CREATE POLICY failed_jobs_service_all ON public.failed_jobs
  FOR ALL TO service_role
  USING (true)
  WITH CHECK (true);

-- What the platform grants on a new table; row security does the rest.
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.song_variants TO anon, authenticated, service_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.failed_jobs TO anon, authenticated, service_role;

COMMENT ON TABLE public.song_variants IS 'One row an attempt at the song of an order.';
COMMENT ON TABLE public.failed_jobs IS 'Dead letters: jobs that used up their attempts.';
