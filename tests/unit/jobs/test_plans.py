"""The validator of weekly plans: sound ones pass, and each lack has its own line."""

import copy
from typing import Any

import pytest

from schemactl.jobs.plans import DAYS, weekly_plan_problems


def plan() -> dict[str, Any]:
    return {
        "days": {
            day: {
                "workout": {"name": "run"},
                "nutrition": {"total_kcal": 2100, "protein_g": 120.5, "meals": [{"name": "soup"}]},
                "recovery": {"supplement_card": {"name": "magnesium"}},
                "reason": "a steady week",
            }
            for day in DAYS
        }
    }


def without(*path: str, value: Any = None) -> dict[str, Any]:
    changed = copy.deepcopy(plan())
    inner: Any = changed
    for part in path[:-1]:
        inner = inner[part]
    inner[path[-1]] = value
    return changed


def test_a_sound_plan_has_no_problems():
    assert weekly_plan_problems(plan()) == []


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        ({}, "days: an object with one entry a weekday is missing"),
        (without("days", "monday"), "monday: the day is missing"),
        (without("days", "caturday", value={}), "caturday: not a weekday"),
        (without("days", "friday", "workout", value={}), "friday: workout is missing"),
        (
            without("days", "friday", "nutrition", "total_kcal", value="2100"),
            "friday: nutrition.total_kcal is not a positive number",
        ),
        (
            without("days", "friday", "nutrition", "protein_g", value=True),
            "friday: nutrition.protein_g is not a positive number",
        ),
        (without("days", "friday", "nutrition", "meals", value=[]), "friday: nutrition.meals is empty"),
        (without("days", "friday", "recovery", value=[]), "friday: recovery.supplement_card is missing"),
        (without("days", "friday", "reason", value="  "), "friday: reason is empty"),
    ],
)
def test_each_lack_has_its_line(broken: dict[str, Any], problem: str):
    assert weekly_plan_problems(broken) == [problem]
