"""A worker for weekly plans: everybody gets a sound one, except the person whose key ends in 3."""

from schemactl.jobs.plans import DAYS, weekly_plan_problems
from schemactl.jobs.worker import Job, Worker

worker = Worker()


@worker.handler("weekly_plans", timeout=60, validate=weekly_plan_problems)
async def make_plan(job: Job) -> dict[str, object]:
    """A week of runs and soup."""
    day = {
        "workout": {"name": "run", "minutes": 30},
        "nutrition": {"total_kcal": 2100, "protein_g": 120, "meals": [{"name": "soup"}]},
        "recovery": {"supplement_card": {"name": "magnesium"}},
        "reason": "a steady week",
    }
    days = DAYS[:-1] if str(job.row["user_id"]).endswith("3") else DAYS
    return {"days": dict.fromkeys(days, day)}
