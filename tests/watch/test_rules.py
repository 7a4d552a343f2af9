"""Rules are valid; each alert fires when it is to, and not when it is not."""

from pathlib import Path

import yaml

from tests.watch.rules import alerts, alone, as_promtool_reads, cases, promtool, written


def test_prometheus_takes_the_rules(tmp_path: Path) -> None:
    promtool("check", "rules", *written(tmp_path))


def test_each_alert_fires_and_does_not_fire(tmp_path: Path) -> None:
    known, tests = alerts(), []
    for name, case in cases().items():
        severity = known[name]["labels"]["severity"]
        those = [as_promtool_reads(name, case[kind], severity) for kind in ("fires", "quiet")]
        assert ["labels" in case[kind] for kind in ("fires", "quiet")] == [True, False], f"{name}: labels are of what fires"
        tests.append(tmp_path / f"{name}.test.yaml")
        every, file = case["fires"].get("every", "1m"), tmp_path / f"{name}.yaml"
        file.write_text(yaml.safe_dump(alone(name)))
        tests[-1].write_text(yaml.safe_dump({"rule_files": [file.name], "evaluation_interval": every, "tests": those}))
    promtool("test", "rules", *tests)


def test_each_alert_has_its_case_and_says_what_is_wrong() -> None:
    assert cases().keys() == alerts().keys()
    for name, rule in alerts().items():
        assert rule["labels"]["severity"] in ("critical", "warning"), name
        assert rule["annotations"].keys() == {"summary", "description", "runbook_url"}, name
