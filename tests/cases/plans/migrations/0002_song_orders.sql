-- Song orders: who ordered which song, made to which wishes.
--
-- Brings:      users, customizations, orders, songs
-- Base schema: auth.users, auth.uid(); update_updated_at() of 0001
--
-- The shop's server writes orders and songs with the service role. Their owners read them.

CREATE TABLE IF NOT EXISTS public.users (
  id         uuid        PRIMARY KEY REFERENCES auth.users (id) ON DELETE CASCADE,
  email      text        NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

ALTER TABLE public.users ENABLE ROW LEVEL SECURITY;

COMMENT ON TABLE public.users IS 'Customers of the song shop, with the key of auth.users.';

CREATE OR REPLACE TRIGGER users_updated_at
  BEFORE UPDATE ON public.users
  FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

DROP POLICY IF EXISTS users_select_own ON public.users;
CREATE POLICY users_select_own ON public.users
  FOR SELECT TO authenticated
  USING (id = (SELECT auth.uid()));

REVOKE ALL ON TABLE public.users FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT ON TABLE public.users TO authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.users TO service_role;


CREATE TABLE IF NOT EXISTS public.customizations (
  id             uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id        uuid        NOT NULL REFERENCES public.users (id) ON DELETE CASCADE,
  recipient_name text        NOT NULL,
  occasion       text        NOT NULL,
  genre          text        NOT NULL,
  story          text        NOT NULL DEFAULT '',
  created_at     timestamptz NOT NULL DEFAULT now(),
  updated_at     timestamptz NOT NULL DEFAULT now()
);

ALTER TABLE public.customizations ENABLE ROW LEVEL SECURITY;

COMMENT ON TABLE public.customizations IS 'What a song shall be about, as its customer wrote it.';

CREATE INDEX IF NOT EXISTS idx_customizations_user_id ON public.customizations (user_id);

CREATE OR REPLACE TRIGGER customizations_updated_at
  BEFORE UPDATE ON public.customizations
  FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

DROP POLICY IF EXISTS customizations_select_own ON public.customizations;
CREATE POLICY customizations_select_own ON public.customizations
  FOR SELECT TO authenticated
  USING (user_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS customizations_insert_own ON public.customizations;
CREATE POLICY customizations_insert_own ON public.customizations
  FOR INSERT TO authenticated
  WITH CHECK (user_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS customizations_update_own ON public.customizations;
CREATE POLICY customizations_update_own ON public.customizations
  FOR UPDATE TO authenticated
  USING (user_id = (SELECT auth.uid()))
  WITH CHECK (user_id = (SELECT auth.uid()));

REVOKE ALL ON TABLE public.customizations FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT,
  INSERT (id, user_id, recipient_name, occasion, genre, story),
  UPDATE (recipient_name, occasion, genre, story)
  ON TABLE public.customizations TO authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.customizations TO service_role;


CREATE TABLE IF NOT EXISTS public.orders (
  id               uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id          uuid        NOT NULL REFERENCES public.users (id) ON DELETE CASCADE,
  customization_id uuid        NOT NULL REFERENCES public.customizations (id) ON DELETE CASCADE,
  status           text        NOT NULL DEFAULT 'open',
  amount_cents     integer     NOT NULL,
  created_at       timestamptz NOT NULL DEFAULT now(),
  updated_at       timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT orders_status_check CHECK (status IN ('open', 'paid', 'delivered', 'refunded')),
  CONSTRAINT orders_amount_cents_check CHECK (amount_cents >= 0)
);

ALTER TABLE public.orders ENABLE ROW LEVEL SECURITY;

COMMENT ON TABLE public.orders IS 'One order a song; paid before anything is generated.';

CREATE INDEX IF NOT EXISTS idx_orders_user_id ON public.orders (user_id);
CREATE INDEX IF NOT EXISTS idx_orders_customization_id ON public.orders (customization_id);

CREATE OR REPLACE TRIGGER orders_updated_at
  BEFORE UPDATE ON public.orders
  FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

DROP POLICY IF EXISTS orders_select_own ON public.orders;
CREATE POLICY orders_select_own ON public.orders
  FOR SELECT TO authenticated
  USING (user_id = (SELECT auth.uid()));

REVOKE ALL ON TABLE public.orders FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT ON TABLE public.orders TO authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.orders TO service_role;


CREATE TABLE IF NOT EXISTS public.songs (
  id           uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
  order_id     uuid        NOT NULL REFERENCES public.orders (id) ON DELETE CASCADE,
  user_id      uuid        NOT NULL REFERENCES public.users (id) ON DELETE CASCADE,
  title        text        NOT NULL,
  storage_path text        NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now()
);

ALTER TABLE public.songs ENABLE ROW LEVEL SECURITY;

COMMENT ON TABLE public.songs IS 'The one song of an order, as delivered before there were variants.';

CREATE INDEX IF NOT EXISTS idx_songs_order_id ON public.songs (order_id);
CREATE INDEX IF NOT EXISTS idx_songs_user_id ON public.songs (user_id);

DROP POLICY IF EXISTS songs_select_own ON public.songs;
CREATE POLICY songs_select_own ON public.songs
  FOR SELECT TO authenticated
  USING (user_id = (SELECT auth.uid()));

REVOKE ALL ON TABLE public.songs FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT ON TABLE public.songs TO authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.songs TO service_role;
