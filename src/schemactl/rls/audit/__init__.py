"""What a catalog alone proves about access: one rule a module, its docstring the page, `check(facts)` the rule."""
