"""The files of deploy/: they agree with each other and with hitl. tests/browser/deployed.py tries them out."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import SecretStr

from hitl.cli.serve import serve
from hitl.settings import USUAL_NAMES, Settings

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service.get("image") == "hitl"}
PROXY = (DEPLOY / "haproxy.cfg").read_text()
DOCKERFILE = (DEPLOY / "Dockerfile").read_text().replace("\\\n", " ")
OF_COMPOSE = {"POSTGRES_PASSWORD", "PORT"}
"""What stands in .env beside settings of hitl."""


def offered() -> set[str]:
    """The names in .env.example, also those that are off."""
    return set(re.findall(r"^(?:# )?([A-Z_]+)=", (DEPLOY / ".env.example").read_text(), re.MULTILINE))


def served_by(command: list[str]) -> dict[str, Any]:
    """The options of a command of ours, as the command line reads them."""
    assert command[:2] == ["hitl", "serve"]
    return serve.make_context("serve", command[2:]).params


def test_pages_and_workers_are_started_by_commands_of_ours():
    options = {name: served_by(service["command"]) for name, service in OURS.items()}
    pages = {name for name, given in options.items() if not given["no_page"]}
    assert (pages, set(options) - pages) == ({"page1", "page2"}, {"worker"})
    assert OURS["worker"]["deploy"]["replicas"] == 2
    assert {options[page]["address"] for page in pages} == {"0.0.0.0"}

    behind = dict(re.findall(r"^\s+server (\w+) ([\w:.]+) cookie \1$", PROXY, re.MULTILINE))
    assert behind == {page: f"{page}:{options[page]['port']}" for page in pages}
    (port,) = {str(options[page]["port"]) for page in pages}
    assert re.findall(r"EXPOSE (\d+)|127\.0\.0\.1:(\d+)/_stcore/health", DOCKERFILE) == [(port, ""), ("", port)]
    assert served_by(list(yaml.safe_load(re.findall(r"^CMD (.*)$", DOCKERFILE, re.MULTILINE)[0]))) == options["page1"]


def test_what_is_set_are_settings():
    known = {name.upper() if name.upper() in USUAL_NAMES else f"HITL_{name.upper()}" for name in Settings.model_fields}
    assert offered() <= known | OF_COMPOSE
    for service in OURS.values():
        assert set(service["environment"]) <= known
        assert service["env_file"] == ".env"
    in_image = re.findall(r"(HITL_\w+)=", DOCKERFILE)
    assert set(in_image) <= known
    assert set(re.findall(r"\$\{(\w+)", (DEPLOY / "compose.yaml").read_text())) == OF_COMPOSE <= offered()

    address = re.sub(r"\$\{POSTGRES_PASSWORD[^}]*\}", "secret", OURS["worker"]["environment"]["HITL_DATABASE_URL"])
    database = SERVICES["db"]["environment"]
    user, name = database["POSTGRES_USER"], database["POSTGRES_DB"]
    assert address == f"postgresql://{user}:secret@db:5432/{name}"
    assert Settings(database_url=SecretStr(address)).database_url


def test_what_is_mounted_and_copied_is_there():
    for source, target, _ in (volume.split(":") for volume in SERVICES["proxy"]["volumes"]):
        assert (DEPLOY / source).is_file()
        assert target == "/usr/local/etc/haproxy/haproxy.cfg" or target in PROXY
    (published,) = SERVICES["proxy"]["ports"]
    assert f"bind :{published.rpartition(':')[2]}\n" in PROXY
    sent = {line[1:] for line in (DEPLOY / "Dockerfile.dockerignore").read_text().split() if line[0] == "!"}
    copied = {path for line in re.findall(r"^COPY (.*) \S+$", DOCKERFILE, re.MULTILINE) for path in shlex.split(line)}
    assert copied == sent
    assert all((ROOT / path).exists() for path in copied)
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert set(re.findall(r"\.whl\)\[([\w,]+)\]", DOCKERFILE)[0].split(",")) == set(extras)
    assert OURS["page1"]["build"] == {"context": "..", "dockerfile": "deploy/Dockerfile"}


def test_the_proxy_takes_its_configuration(tmp_path: Path):
    program = shutil.which("haproxy")
    if program is None:
        pytest.skip("haproxy is not installed")
    configuration = tmp_path / "haproxy.cfg"
    configuration.write_text(re.sub(r"\bpage\d:", "127.0.0.1:", PROXY).replace("/usr/local/etc/haproxy", str(DEPLOY)))
    checked = subprocess.run([program, "-c", "-f", configuration], capture_output=True, text=True)
    assert (checked.returncode, "WARNING" in checked.stderr) == (0, False), checked.stderr
