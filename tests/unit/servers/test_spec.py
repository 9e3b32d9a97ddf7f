"""What `--postgres` may say."""

import pytest

from schemactl.core.errors import ConfigError
from schemactl.servers.spec import Kind, Spec, parse


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("embedded", Spec(Kind.EMBEDDED)),
        ("local", Spec(Kind.LOCAL)),
        ("local:16", Spec(Kind.LOCAL, "16")),
        ("local:/usr/lib/postgresql/17/bin", Spec(Kind.LOCAL, "/usr/lib/postgresql/17/bin")),
        ("container:postgres:17", Spec(Kind.CONTAINER, "postgres:17")),
        (
            "existing:postgresql://u@h:5433/d?sslmode=require",
            Spec(Kind.EXISTING, "postgresql://u@h:5433/d?sslmode=require"),
        ),
        ("existing:host=/tmp user=me", Spec(Kind.EXISTING, "host=/tmp user=me")),
    ],
)
def test_understood(text: str, spec: Spec) -> None:
    assert parse(text) == spec


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("embeded", "unknown server `embeded`", "`embedded`"),
        ("", "unknown server", "Known: container, embedded, existing, local."),
        ("embedded:17", "`embedded` takes nothing", "local:"),
        ("local:", "`local:` needs a major version or a directory", "`local` alone"),
        ("container", "`container` needs an image", "container:postgres:17"),
        ("container:", "`container` needs an image", "container:postgres:17"),
        ("existing", "`existing` needs a connection string", "existing:postgresql://"),
    ],
)
def test_refused(text: str, message: str, hint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(text)
    assert message in str(caught.value)
    assert caught.value.hint is not None
    assert hint in caught.value.hint
    assert caught.value.exit_code == 2


def test_a_bare_connection_string_is_not_repeated() -> None:
    secret = "hunter" + "2"
    with pytest.raises(ConfigError) as caught:
        parse(f"postgresql://u:{secret}@h/d")
    assert secret not in f"{caught.value}{caught.value.hint}"
    assert "existing:" in str(caught.value.hint)
