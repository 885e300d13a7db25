# SPDX-License-Identifier: Apache-2.0
"""Make the pictures of the guide from a real run of the demo.

    python docs/pictures/make.py                                   # report and MLflow
    python docs/pictures/make.py --prefect http://localhost:4200   # and the stack's Prefect

Run `dioptra run examples/tensorflow-mnist-classifier demo` before. MLflow is started for the
pictures, on a copy of the tracking store. Prefect's pages are those of a stack that has run the
example.
"""

import argparse
import io
import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from dioptra.sdk.workspace import find_workspace

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
LARGEST_BYTES = 150_000
PATIENCE_MS = 90_000
EXPERIMENT = "tensorflow-mnist-classifier"


def main() -> None:
    """Make the pictures that the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--prefect", metavar="URL", help="the Prefect server of a stack")
    parser.add_argument("--only", metavar="NAME", help="only pictures whose name begins so")
    options = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name, draw in _pictures(options.prefect):
            if name.startswith(options.only or ""):
                draw(browser)
        browser.close()


def _pictures(prefect: str | None) -> Iterator[tuple[str, object]]:
    yield "report", _draw_report
    yield "mlflow", _draw_mlflow
    if prefect:
        yield "prefect", lambda browser: _draw_prefect(browser, prefect.rstrip("/"))


def _draw_report(browser: Browser) -> None:
    page = _open(
        browser, (find_workspace() / "results" / "demo" / "report.html").as_uri(), 1100, 1990
    )
    _save(page, "report")
    box = page.locator("#images").bounding_box() or {}
    # Two of six groups.
    _save(page, "report-images", {**box, "height": 930})


def _draw_mlflow(browser: Browser) -> None:
    with _mlflow() as (url, experiment, run):
        runs = f"{url}/#/experiments/{experiment}/runs"
        page = _open_mlflow(browser, runs, "Training runs")
        row = page.get_by_role("row").filter(has=page.locator(f"a[href$='{run}']"))
        row.get_by_role("button").first.click()
        expect(page.get_by_text("fgm le_net").first).to_be_visible(timeout=PATIENCE_MS)
        _save(page, "mlflow-experiment")
        page = _open_mlflow(browser, f"{runs}/{run}", "Metrics (")
        _save(page, "mlflow-run")
        page = _open_mlflow(browser, f"{url}/#/models", "shallow_net")
        page.set_viewport_size({"width": 1280, "height": 320})
        _save(page, "mlflow-models")


def _open_mlflow(browser: Browser, url: str, awaited: str) -> Page:
    page = _open(browser, url, 1280, 760)
    expect(page.get_by_text(awaited).first).to_be_visible(timeout=PATIENCE_MS)
    # A remark on the new pages of models, and the panel of an assistant that nobody has set up.
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Close").first.click()
    page.wait_for_timeout(3_000)
    return page


def _draw_prefect(browser: Browser, url: str) -> None:
    page = _open(browser, f"{url}/deployments", 1280, 760)
    expect(page.get_by_text(EXPERIMENT).first).to_be_visible(timeout=PATIENCE_MS)
    _save(page, "prefect-deployments")
    page = _open(browser, f"{url}/runs", 1280, 760)
    run = page.locator("a[href*='/runs/flow-run/']").first
    run.wait_for(timeout=PATIENCE_MS)
    page = _open(browser, url + str(run.get_attribute("href")), 1280, 900)
    expect(page.get_by_text("Completed").first).to_be_visible(timeout=PATIENCE_MS)
    page.wait_for_timeout(3_000)
    _save(page, "prefect-run")


@contextmanager
def _mlflow() -> Iterator[tuple[str, str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "mlflow.db"
        experiment, run = _copy_store(store)
        port = _find_port()
        command = [sys.executable, "-m", "mlflow", "ui", "--port", str(port), "--workers", "1"]
        server = subprocess.Popen(
            [*command, "--backend-store-uri", f"sqlite:///{store}"],
            env={**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(f"{url}/health")
            yield url, experiment, run
        finally:
            server.terminate()
            server.wait()


def _find_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _copy_store(target: Path) -> tuple[str, str]:
    source = f"file:{find_workspace() / 'mlflow.db'}?mode=ro"
    with closing(sqlite3.connect(source, uri=True)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
        experiment, run = new.execute(
            "select experiment_id, run_uuid from runs join experiments using (experiment_id)"
            " where runs.name = 'demo' and status = 'FINISHED' order by start_time desc"
        ).fetchone()
        # As after the first demo of a workspace.
        new.execute(
            "update runs set lifecycle_stage = 'deleted' where run_uuid != ? and run_uuid not in"
            " (select run_uuid from tags where key = 'mlflow.parentRunId' and value = ?)",
            (run, run),
        )
        new.commit()
        return str(experiment), str(run)


def _open(browser: Browser, url: str, width: int, height: int) -> Page:
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme="light")
    page.goto(url)
    return page


def _save(page: Page, name: str, clip: dict[str, float] | None = None) -> None:
    """Save a picture with as few colours as it takes to be small."""
    content = page.screenshot(clip=clip, full_page=clip is not None)
    picture = Image.open(io.BytesIO(content)).convert("RGB")
    for colours in (256, 128, 64, 32):
        small = picture.quantize(colours, dither=Image.Dither.NONE)
        file = io.BytesIO()
        small.save(file, "PNG", optimize=True)
        if file.tell() <= LARGEST_BYTES:
            break
    target = HERE / f"{name}.png"
    target.write_bytes(file.getvalue())
    print(f"{target.relative_to(ROOT)}: {file.tell()} bytes, {picture.size}, {colours} colours")


def _wait(url: str) -> None:
    end = time.monotonic() + PATIENCE_MS / 1000
    while time.monotonic() < end:
        try:
            with urlopen(url):
                return
        except (URLError, ConnectionError):
            time.sleep(0.5)
    raise TimeoutError(f"nothing answers at {url}")


if __name__ == "__main__":
    main()
