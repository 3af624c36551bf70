"""A real demonstration and a real browser for the stories."""

import os

import pytest
from playwright.sync_api import sync_playwright

from tests import browser as chromium
from tests.running import Server, environment, free_port


@pytest.fixture(scope="session")
def address(tmp_path_factory):
    """A demonstration of its own, server and worker included."""
    data = tmp_path_factory.mktemp("demonstration") / "data"
    arguments = ("demo", "--no-browser", "--data", str(data), "--port", str(free_port()))
    with Server(*arguments, env=environment(data)) as server:
        yield server.wait_ready(60).address
        server.end()


@pytest.fixture(scope="session")
def browser():
    path = chromium.find()
    if path is None:
        pytest.skip(chromium.MISSING)
    # Playwright keeps a loop in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=path, args=list(chromium.ARGUMENTS))
        yield running
        running.close()


@pytest.fixture
def complaints():
    """What the browser complains of: scripts that fail, content that the page's own policy refuses."""
    said = []
    yield said
    assert said == []


@pytest.fixture
def visit(browser, address, complaints):
    """Opens a window of somebody's own; `visit(width=320)` returns its page."""
    opened = []

    def open_window(width=1280, height=900, **options):
        context = browser.new_context(
            base_url=address, viewport={"width": width, "height": height}, **options
        )
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda fault: complaints.append(f"{page.url}: {fault}"))
        page.on(
            "console",
            lambda line: (
                complaints.append(f"{page.url}: {line.text}")
                if line.type == "error" and "status of 4" not in line.text
                else None
            ),
        )
        opened.append(context)
        return page

    yield open_window
    for context in opened:
        context.close()
