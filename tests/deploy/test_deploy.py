"""What lies in deploy/ fits the program: files, settings, roles and figures that it names exist.

Where a tool that reads such a file is on the machine, it is asked too; where it is not, the reason is told.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import Counter, Histogram, Metric

from bot import metrics
from bot.cli import COMMANDS
from bot.settings import Settings
from bot.settings_words import PREFIX

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
COMPOSE = DEPLOY / "compose" / "compose.yaml"
DASHBOARD = DEPLOY / "grafana" / "doorstep.json"
ALERTS = DEPLOY / "prometheus" / "alerts.yml"
UNITS = sorted((DEPLOY / "systemd").glob("doorstep*"))
OWN = "/opt/doorstep/.venv/bin/doorstep"
# names of Prometheus itself
GIVEN = {"up"}
_NAME = re.compile(r"\b(?:doorstep|process|python)_[a-z_]+\b|\bup\b")
_LABELS = re.compile(r"(\w+)\{([^}]*)\}")
_LABEL = re.compile(r"(\w+)\s*=~?\s*\"")
_BY = re.compile(r"by \(([^)]*)\)")


def compose() -> dict[str, Any]:
    made: dict[str, Any] = yaml.safe_load(COMPOSE.read_text("utf-8"))
    return made


def alerts() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load(ALERTS.read_text("utf-8"))["groups"]
    rules: list[dict[str, Any]] = group["rules"]
    return rules


def queries() -> Iterator[tuple[str, str]]:
    """(where it stands, PromQL) of the dashboard and of the alarms."""
    for panel in json.loads(DASHBOARD.read_text("utf-8"))["panels"]:
        for target in panel["targets"]:
            yield panel["title"], target["expr"]
    for rule in alerts():
        yield rule["alert"], rule["expr"]


def series() -> dict[str, set[str]]:
    """Every series that /metrics can show, with the labels that it has."""
    found: dict[str, set[str]] = {}
    for collector in (getattr(metrics, name) for name in dir(metrics)):
        if not hasattr(collector, "_labelnames"):
            continue
        (metric,) = collector.describe()
        labels = set(collector._labelnames) | {"instance", "job"}
        if isinstance(collector, Histogram):
            found |= {f"{metric.name}_bucket": labels | {"le"}}
            found |= {f"{metric.name}_{end}": labels for end in ("sum", "count")}
        elif isinstance(collector, Counter):
            found[f"{metric.name}_total"] = labels
        else:
            found[metric.name] = labels
    for shown in metrics.REGISTRY.collect():
        found |= {one.name: {*one.labels, "instance", "job"} for one in _unlabelled(shown)}
    return found


def _unlabelled(shown: Metric) -> Iterator[Any]:
    return (one for one in shown.samples if one.name.startswith(("process_", "python_")))


SERIES = series()


def test_every_figure_that_is_asked_for_exists() -> None:
    asked = {name for _, query in queries() for name in _NAME.findall(query)}
    assert len(asked) >= 15
    assert asked - GIVEN - SERIES.keys() == set()


def test_every_label_that_is_asked_for_exists() -> None:
    wrong = []
    for where, query in queries():
        for name, chosen in _LABELS.findall(query):
            known = SERIES.get(name, {"job", "instance"})
            wrong += [(where, name, label) for label in _LABEL.findall(chosen) if label not in known]
        names = [name for name in _NAME.findall(query) if name in SERIES]
        for group in _BY.findall(query):
            wanted = {label.strip() for label in group.split(",")}
            wrong += [(where, name, wanted) for name in names if not wanted <= SERIES[name]]
    assert wrong == []


def test_a_figure_that_does_not_exist_would_be_found() -> None:
    assert "doorstep_queue_age_seconds" in SERIES and "doorstep_sends" not in SERIES
    assert SERIES["doorstep_sends_total"] >= {"platform", "lane", "outcome"}


def test_every_figure_of_ours_is_on_the_dashboard() -> None:
    shown = {name for _, query in queries() for name in _NAME.findall(query)}
    missing = [
        name for name in SERIES
        if name.startswith("doorstep_") and not name.endswith(("_sum", "_count")) and name not in shown
    ]  # fmt: skip
    assert missing == []


def test_every_alarm_is_explained_in_both_languages() -> None:
    for name in ("operations.md", "operations.zh-CN.md"):
        page = (ROOT / "docs" / name).read_text("utf-8")
        assert [rule["alert"] for rule in alerts() if f"`{rule['alert']}`" not in page] == []


def test_panels_do_not_lie_on_each_other() -> None:
    panels = json.loads(DASHBOARD.read_text("utf-8"))["panels"]
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        at = panel["gridPos"]
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert not cells & taken, panel["title"]
        assert at["x"] + at["w"] <= 24
        taken |= cells


def test_the_services_of_a_county_are_there() -> None:
    services = compose()["services"]
    assert services.keys() == {
        "db", "migrate", "chat", "worker", "backup", "proxy", "prometheus", "grafana",
    }  # fmt: skip
    assert services["worker"]["deploy"]["replicas"] == 2
    for name in ("chat", "worker", "migrate"):
        assert services[name]["command"][0] in COMMANDS
    for name in ("chat", "worker"):
        assert services[name]["command"][1:3] == ["--role", name]


def test_what_compose_mounts_and_builds_from_exists() -> None:
    services = compose()["services"]
    volumes = compose()["volumes"].keys()
    for name, service in services.items():
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            if source != "./backups":  # made when it is first written to
                assert source in volumes or (COMPOSE.parent / source).exists(), (name, source)
    build = services["migrate"]["build"]
    context = COMPOSE.parent / build["context"]
    assert (context / build["dockerfile"]).is_file()
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (context / build["dockerfile"]).read_text(), re.M)
    assert copied
    assert [name for line in copied for name in line.split() if not (context / name).exists()] == []


def test_every_setting_is_known_and_every_variable_has_its_line() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    files = [
        COMPOSE, DEPLOY / "Containerfile", DEPLOY / "doorstep.env.example", COMPOSE.parent / ".env.example",
        *UNITS,
    ]  # fmt: skip
    for file in files:
        assert set(re.findall(r"DOORSTEP_[A-Z_]+", file.read_text("utf-8"))) - {"DOORSTEP_"} <= known, file
    wanted = set(re.findall(r"\$\{([A-Z_]+)", COMPOSE.read_text("utf-8")))
    given = set(re.findall(r"^([A-Z_]+)=", (COMPOSE.parent / ".env.example").read_text("utf-8"), re.M))
    assert wanted == given


def test_the_proxy_is_trusted_and_nothing_else_is() -> None:
    made = compose()
    (subnet,) = [one["subnet"] for one in made["networks"]["default"]["ipam"]["config"]]
    assert made["services"]["chat"]["environment"]["DOORSTEP_TRUSTED_PROXIES"] == subnet
    open_ports = {name for name, service in made["services"].items() if "ports" in service}
    assert open_ports == {"proxy", "grafana"}
    assert made["services"]["grafana"]["ports"] == ["127.0.0.1:3000:3000"]
    caddy = (COMPOSE.parent / "Caddyfile").read_text("utf-8")
    assert "/metrics" in caddy and "respond @inside 404" in caddy


def test_prometheus_asks_the_processes_that_compose_starts() -> None:
    (job,) = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text())["scrape_configs"]
    (asked,) = job["dns_sd_configs"]
    assert set(asked["names"]) == {"chat", "worker"} <= compose()["services"].keys()
    assert asked["port"] == 8080


def run(tool: str, *arguments: str, cwd: Path = DEPLOY) -> None:
    """Ask a tool, or skip with the reason."""
    program = shutil.which(tool)
    if program is None:
        pytest.skip(f"{tool} is not on this machine")
    done = subprocess.run([program, *arguments], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "rules", "alerts.yml"),
        ("check", "config", "prometheus.yml"),
        ("test", "rules", "alerts.test.yml"),
    ],
    ids=["rules", "configuration", "rules in action"],
)
def test_prometheus_own_tool_agrees(arguments: tuple[str, ...]) -> None:
    run("promtool", *arguments, cwd=DEPLOY / "prometheus")


def test_compose_reads_its_file(tmp_path: Path) -> None:
    program = shutil.which("docker-compose")
    if program is None:
        pytest.skip("docker-compose is not on this machine")
    asked = subprocess.run([program, "version", "--short"], capture_output=True, text=True, check=False)
    if asked.stdout.lstrip("v").startswith("1."):
        pytest.skip("docker-compose here is of version 1, which knows no Compose specification")
    filled = (COMPOSE.parent / ".env.example").read_text("utf-8").replace("PASSWORD=", "PASSWORD=secret")
    (tmp_path / "env").write_text(filled, "utf-8")
    run("docker-compose", "--env-file", str(tmp_path / "env"), "--file", str(COMPOSE), "config", "--quiet")


def test_caddy_reads_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOMAIN", "learn.example.org")
    run("caddy", "validate", "--adapter", "caddyfile", "--config", "compose/Caddyfile")


def test_systemd_reads_the_units(tmp_path: Path) -> None:
    names = []
    for unit in UNITS:
        # the program is not installed where the tests run, and systemd looks whether it is
        name = unit.name.replace("@.", "@chat-1.")
        (tmp_path / name).write_text(unit.read_text("utf-8").replace(OWN, "/bin/true"))
        names.append(name)
    assert len(names) == 4
    run("systemd-analyze", "verify", *[str(tmp_path / name) for name in names], cwd=tmp_path)


def test_what_a_unit_may_do_is_little(tmp_path: Path) -> None:
    """By systemd's own reckoning, of 10 at most; only a unit that talks to a network and keeps files."""
    names = []
    for unit in UNITS:
        if unit.suffix == ".service":
            names.append(unit.name.replace("@.", "@chat-1."))
            shutil.copy(unit, tmp_path / names[-1])
    assert len(names) == 3
    for name in names:
        run(
            "systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager",
            str(tmp_path / name), cwd=tmp_path,
        )  # fmt: skip


def test_commands_read_the_settings_as_the_service_does() -> None:
    """A shell that reads the file stumbles over a blank or a bracket in an operator's name or address."""
    shown = []
    for name in ("operations.md", "operations.zh-CN.md"):
        page = (ROOT / "docs" / name).read_text("utf-8")
        assert ". /etc/doorstep/doorstep.env" not in page
        shown.append(re.findall(r"^doorstep\(\) \{.*?\}$", page, re.MULTILINE | re.DOTALL))
    assert shown[0] == shown[1]
    ((function,),) = [shown[0]]
    service = (DEPLOY / "systemd" / "doorstep.service").read_text("utf-8")
    for said in (
        OWN, "EnvironmentFile=/etc/doorstep/doorstep.env",
        *re.findall(r"^Environment=(DOORSTEP_DATABASE_URL=\S+)$", service, re.MULTILINE),
    ):  # fmt: skip
        assert said in function
    done = subprocess.run(["bash", "-n", "-c", function], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_what_sqlite_sorts_has_a_folder_that_may_be_written() -> None:
    """Where nothing else may be, as in a read-only container; a reader that finds none fails at its first."""
    on_sqlite = [unit for unit in UNITS if "DATABASE_URL=sqlite:" in unit.read_text("utf-8")]
    assert len(on_sqlite) == 2
    for unit in on_sqlite:
        said = unit.read_text("utf-8")
        (database,) = re.findall(r"DATABASE_URL=sqlite:///(/\S+)/\S+\.db$", said, re.MULTILINE)
        (state,) = re.findall(r"^StateDirectory=(\S+)$", said, re.MULTILINE)
        (sorts,) = re.findall(r"^Environment=SQLITE_TMPDIR=(\S+)$", said, re.MULTILINE)
        assert sorts == database == f"/var/lib/{state}"
    container = (DEPLOY / "Containerfile").read_text("utf-8")
    (home,) = re.findall(r"--home-dir (\S+) doorstep", container)
    assert f"SQLITE_TMPDIR={home}\n" in container


def test_what_the_units_start_is_a_command_of_ours() -> None:
    for unit in UNITS:
        for command in re.findall(rf"{OWN} (\w+)", unit.read_text("utf-8")):
            assert command in COMMANDS


def test_the_capacity_says_what_the_readme_measured() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    rows = {
        name: [cell.strip() for cell in line.split("|")]
        for name in ("SQLite", "SQLite, a commit takes 4 ms more", "PostgreSQL", "PostgreSQL, two processes")
        for line in readme.splitlines()
        if line.startswith(f"| **Doorstep, {name}** |")
    }
    assert len(rows) == 4
    rates = {name: cells[2] for name, cells in rows.items()}
    p95 = {name: cells[6].partition("/")[2].strip() for name, cells in rows.items()}
    for page in ("operations.md", "operations.zh-CN.md"):
        said = re.sub(r"[^\x00-\x7f／]", " ", (ROOT / "docs" / page).read_text("utf-8")).replace("／", " / ")
        said = " ".join(said.split())
        for figure in (
            f" {rates['SQLite']} ", f" {rates['SQLite, a commit takes 4 ms more']} ",
            f" {rates['PostgreSQL']} / {rates['PostgreSQL, two processes']} ",
            f" {p95['SQLite']} / {p95['PostgreSQL']} ",
        ):  # fmt: skip
            assert figure in said, (page, figure)
