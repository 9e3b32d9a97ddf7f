"""TypeScript in the shape of Supabase's generator."""
