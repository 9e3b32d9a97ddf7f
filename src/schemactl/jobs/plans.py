"""What makes a weekly plan sound; the same rules as the database's own."""

from collections.abc import Iterator, Mapping
from typing import Any

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def weekly_plan_problems(plan: Mapping[str, Any]) -> list[str]:
    """What a weekly plan lacks, one line a problem; nothing when it is sound.

    All 7 days, each with a workout, nutrition (`total_kcal`, `protein_g`, meals), recovery with its supplement card,
    and a reason.
    """
    days = plan.get("days")
    if not isinstance(days, Mapping):
        return ["days: an object with one entry a weekday is missing"]
    strangers = [f"{name}: not a weekday" for name in days if name not in DAYS]
    return strangers + [problem for name in DAYS for problem in _day_problems(name, days.get(name))]


def _day_problems(name: str, day: Any) -> Iterator[str]:
    if not isinstance(day, Mapping):
        yield f"{name}: the day is missing"
        return
    if not _filled(day.get("workout")):
        yield f"{name}: workout is missing"
    nutrition = day.get("nutrition")
    nutrition = nutrition if isinstance(nutrition, Mapping) else {}
    for key in ("total_kcal", "protein_g"):
        if not _positive(nutrition.get(key)):
            yield f"{name}: nutrition.{key} is not a positive number"
    meals = nutrition.get("meals")
    if not isinstance(meals, list) or not meals:
        yield f"{name}: nutrition.meals is empty"
    recovery = day.get("recovery")
    if not isinstance(recovery, Mapping) or not _filled(recovery.get("supplement_card")):
        yield f"{name}: recovery.supplement_card is missing"
    reason = day.get("reason")
    if not isinstance(reason, str) or not reason.strip():
        yield f"{name}: reason is empty"


def _filled(value: Any) -> bool:
    return isinstance(value, Mapping) and bool(value)


def _positive(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0
