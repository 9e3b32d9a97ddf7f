-- Indexes of the meal plan queue (system A): what waits, oldest first, and what a worker holds.
--
-- Brings:      idx_meal_plans_waiting, idx_meal_plans_leases
-- Base schema: meal_plans of 0044, its status and lease of 0046
--
-- meal_plans may be large and is in use: built beside reads and writes, outside of a transaction. A claim reads no more
-- than it takes, however many plans there are, since only those that wait are in the first index.
-- schemactl:transaction=none

CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_meal_plans_waiting
  ON public.meal_plans (updated_at, id)
  WHERE generation_status = 'generating' AND generation_lease_expires_at IS NULL;

CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_meal_plans_leases
  ON public.meal_plans (generation_lease_expires_at)
  WHERE generation_status = 'generating' AND generation_lease_expires_at IS NOT NULL;
