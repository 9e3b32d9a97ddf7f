-- Profiles and portraits: the people and the pictures that the generation tables build on.
--
-- Brings:      update_updated_at(), profiles, portraits
-- Base schema: auth.users, auth.uid(), and the roles anon, authenticated and service_role
--
-- The first statements make every later file safe wherever it is interrupted: a new table or function of this schema
-- is out of reach until its own GRANT, which each file writes last, after row security and the policies.

ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM anon, authenticated;
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON SEQUENCES FROM anon, authenticated;
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON FUNCTIONS FROM anon, authenticated;
-- EXECUTE for PUBLIC is a built-in default: only the global form, without IN SCHEMA, takes it away.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

CREATE OR REPLACE FUNCTION public.update_updated_at()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END
$$;

COMMENT ON FUNCTION public.update_updated_at() IS
  'Shared trigger: stamps updated_at. The table must have that column.';

REVOKE ALL ON FUNCTION public.update_updated_at() FROM PUBLIC, anon, authenticated, service_role;


CREATE TABLE IF NOT EXISTS public.profiles (
  id           uuid        PRIMARY KEY REFERENCES auth.users (id) ON DELETE CASCADE,
  display_name text        NOT NULL DEFAULT '',
  created_at   timestamptz NOT NULL DEFAULT now(),
  updated_at   timestamptz NOT NULL DEFAULT now()
);

ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY;

COMMENT ON TABLE public.profiles IS 'One row a person, with the key of auth.users.';

CREATE OR REPLACE TRIGGER profiles_updated_at
  BEFORE UPDATE ON public.profiles
  FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

DROP POLICY IF EXISTS profiles_select_own ON public.profiles;
CREATE POLICY profiles_select_own ON public.profiles
  FOR SELECT TO authenticated
  USING (id = (SELECT auth.uid()));

DROP POLICY IF EXISTS profiles_insert_own ON public.profiles;
CREATE POLICY profiles_insert_own ON public.profiles
  FOR INSERT TO authenticated
  WITH CHECK (id = (SELECT auth.uid()));

DROP POLICY IF EXISTS profiles_update_own ON public.profiles;
CREATE POLICY profiles_update_own ON public.profiles
  FOR UPDATE TO authenticated
  USING (id = (SELECT auth.uid()))
  WITH CHECK (id = (SELECT auth.uid()));

REVOKE ALL ON TABLE public.profiles FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT, INSERT (id, display_name), UPDATE (display_name) ON TABLE public.profiles TO authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.profiles TO service_role;


CREATE TABLE IF NOT EXISTS public.portraits (
  id           uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id      uuid        NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
  storage_path text        NOT NULL,
  public_url   text        NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now(),
  updated_at   timestamptz NOT NULL DEFAULT now()
);

ALTER TABLE public.portraits ENABLE ROW LEVEL SECURITY;

COMMENT ON TABLE public.portraits IS 'Pictures that a person uploaded; a generation starts from one.';

CREATE INDEX IF NOT EXISTS idx_portraits_user_id ON public.portraits (user_id);

CREATE OR REPLACE TRIGGER portraits_updated_at
  BEFORE UPDATE ON public.portraits
  FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

DROP POLICY IF EXISTS portraits_select_own ON public.portraits;
CREATE POLICY portraits_select_own ON public.portraits
  FOR SELECT TO authenticated
  USING (user_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS portraits_insert_own ON public.portraits;
CREATE POLICY portraits_insert_own ON public.portraits
  FOR INSERT TO authenticated
  WITH CHECK (user_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS portraits_delete_own ON public.portraits;
CREATE POLICY portraits_delete_own ON public.portraits
  FOR DELETE TO authenticated
  USING (user_id = (SELECT auth.uid()));

REVOKE ALL ON TABLE public.portraits FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT, DELETE, INSERT (id, user_id, storage_path, public_url) ON TABLE public.portraits TO authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.portraits TO service_role;
