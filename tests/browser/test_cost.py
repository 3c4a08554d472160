"""The calculator of costs says what the page's formulas say."""

import pytest

from tests.browser.arrival import arrive

try:
    from playwright.sync_api import expect
except ImportError:  # the fixtures say what is missing
    expect = None

pytestmark = pytest.mark.browser


@pytest.fixture
def form(chromium, site_url):
    """The form on the page about costs, on a phone."""
    context = chromium.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    arrive(page, f"{site_url}cost/")
    yield page.locator(".sv-cost")
    context.close()


def fill(form, **values):
    """Type into fields."""
    for name, value in values.items():
        form.locator(f"[name={name}]").fill(str(value))


def test_it_says_which_is_cheaper_and_by_what_factor(form):
    """A minute at 20 cents an hour against 5 s at 3 dollars, as in the chapter."""
    fill(form, cpu_seconds=60, cpu_usd=0.2, gpu_seconds=5, gpu_usd=3, jobs=1000)
    said = form.locator("output")
    expect(said).to_contain_text(
        "A thousand jobs cost 3.3\u00a0USD on the CPU and 4.2\u00a0USD on the GPU"
    )
    expect(said.locator("strong")).to_have_text("The CPU is cheaper.")
    expect(said).to_contain_text("the GPU must be 15 times as fast")
    fill(form, gpu_seconds=3)
    expect(said).to_contain_text("The GPU is cheaper.")


def test_a_day_has_24_hours(form):
    """More work than that is said to be too much; and a machine that is bought is paid for."""
    fill(form, gpu_seconds=3600, jobs=30, gpu_usd=2, watts=500, kwh=0.4, buy_usd=5400)
    said = form.locator("output")
    expect(said).to_contain_text("more than one GPU can do in a day")
    # 30 hours at 2 - 0.5 x 0.4 dollars are 54 a day.
    expect(said).to_contain_text("it is paid for after 100 such days")
    fill(form, buy_usd=54 * 3650)
    expect(said).to_contain_text("it is paid for after 10 years of such days")


def test_small_and_round_amounts_keep_their_size(form):
    """A thousand jobs of a microsecond are no dollars, and a hundred dollars are not one."""
    fill(form, cpu_seconds=1e-6, cpu_usd=0.1, gpu_seconds=359, gpu_usd=1, jobs=1)
    said = form.locator("output")
    expect(said).to_contain_text("cost 0.000000028\u00a0USD on the CPU and 100\u00a0USD on the GPU")


def test_nonsense_is_answered(form):
    """With what is needed; and nothing that is free stops it."""
    fill(form, jobs=-1)
    expect(form.locator("output")).to_have_text("Every field needs a number from 0.")
    fill(form, jobs=0, cpu_usd=0)
    expect(form.locator("output")).to_contain_text("Bought, it is never paid for.")
    expect(form.locator("output")).not_to_contain_text("must be")
