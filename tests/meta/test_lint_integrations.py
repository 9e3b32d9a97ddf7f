"""The pre-commit hooks and the GitHub Action call commands and options that there are."""

import re

import yaml
from tests.meta.tree import ROOT
from tests.support.program import run

OPTION = re.compile(r"--[a-z-]+")


def test_hooks_call_commands_that_there_are():
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert [hook["id"] for hook in hooks] == ["schemactl-lint", "schemactl-fix"]
    for hook in hooks:
        program, command = hook["entry"].split()
        assert program == "schemactl"
        assert run(command, "--help").code == 0
        assert re.search(hook["files"], "migrations/0001_a.sql")


def test_the_action_uses_options_and_inputs_that_there_are():
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    helped = run("lint", "--help", COLUMNS="200").out
    for step in action["runs"]["steps"]:
        for line in step.get("run", "").splitlines():
            if "schemactl lint" in line:
                assert [option for option in OPTION.findall(line) if option not in helped] == []
        for value in step.get("env", {}).values():
            assert value.removeprefix("${{ inputs.").removesuffix(" }}") in action["inputs"]
