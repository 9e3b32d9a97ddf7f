// The rows of the planned tables, written by hand from the plans.

export type GenerationStatus = "pending" | "generating" | "complete" | "failed"

/** A row of song_variants. */
export interface SongVariant {
  id: string
  order_id: string
  user_id: string
  variant_number: number
  storage_path: string
  duration_ms: number | null
  generation_status: GenerationStatus
  share_token: string
  selected: boolean
  created_at: string
  completed_at: string | null
}

/** A row of failed_jobs. */
export interface FailedJob {
  id: string
  job_type: string
  event_data: Record<string, unknown>
  error_message: string
  error_stack: string | null
  retry_count: number
  failed_at: string
  resolved_at: string | null
  notes: string | null
}

/** A row of generations. */
export interface Generation {
  id: string
  user_id: string | null
  portrait_id: string | null
  portrait_url: string
  keywords: string
  background_count: number
  status: "pending" | "processing" | "completed" | "failed" | "partial"
  progress: number
  current_step: string | null
  thumbnail_count: number
  error_message: string | null
  created_at: string
  started_at: string | null
  completed_at: string | null
  credits_used: number
}

/** A row of thumbnails. */
export interface Thumbnail {
  id: string
  generation_id: string
  storage_path: string
  public_url: string
  prompt: string | null
  prompt_index: number | null
  background_index: number | null
  kie_task_id: string | null
  status: "success" | "failed"
  error_message: string | null
  created_at: string
}
