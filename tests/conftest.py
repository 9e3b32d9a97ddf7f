"""Fixtures of the whole suite live in tests/support, one module a subject."""

from hypothesis import settings

# No deadline: a busy machine is no failure.
settings.register_profile("suite", deadline=None, max_examples=60)
settings.load_profile("suite")

pytest_plugins = [
    "tests.support.secrets_net",
    "tests.support.scratch",
    "tests.support.majors",
    "tests.support.servers",
    "tests.support.npm",
    "tests.support.peers",
]
