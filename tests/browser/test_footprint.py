"""The calculator of memory says what survival/pages/model_memory.py says."""

from dataclasses import replace

import pytest

try:
    from playwright.sync_api import expect
except ImportError:  # the fixtures say what is missing
    expect = None

from survival import units
from survival.pages import model_memory
from survival.pages.blocks.facts import footprint
from tests.browser.arrival import arrive

pytestmark = pytest.mark.browser


@pytest.fixture
def calculator(chromium, site_url):
    """The form on the page about language models."""
    context = chromium.new_context(viewport={"width": 360, "height": 800})
    page = context.new_page()
    arrive(page, f"{site_url}generate/")
    yield page.locator(".sv-calculator")
    context.close()


def said(shape, precision, tokens, texts):
    """What the formulas say, as the calculator writes it."""
    weights = model_memory.weights(shape, precision)
    cache = model_memory.cache(shape, tokens, texts=texts)
    parts = [weights, cache, weights + cache, model_memory.training(shape)]
    one, two, three, four = (units.prefixed(n, "B") for n in parts)
    cards = [n for n in footprint.MEMORIES if weights + cache <= n * 1e9]
    every = ", ".join(map(str, footprint.MEMORIES))
    fits = f"Cards that hold it: of {', '.join(map(str, cards))} GB."
    return (
        f"{shape.parameters:,} parameters: weights {one}, cache {two} in bfloat16, "
        f"together {three}. {fits if cards else f'No card of {every} GB holds it.'} "
        f"To train it with Adam: {four} and the activations."
    ).replace(units.NBSP, " ")


@pytest.mark.parametrize("key", model_memory.models())
def test_it_begins_with_a_published_model(calculator, key):
    """Every model in bfloat16, one text of its context or 8,192 tokens."""
    shape = model_memory.model(key)
    calculator.get_by_label("Begin with").select_option(key)
    expect(calculator.locator("output")).to_have_text(
        said(shape, "bfloat16", min(shape.context, 8192), 1)
    )


def test_a_shape_of_the_readers(calculator):
    """Changed by keyboard: other layers, heads and texts, in 4 bits."""
    calculator.get_by_label("Begin with").select_option("llama-3-8b")
    for label, value in (("Layers", 40), ("Heads of keys", 4), ("Texts at once", 17)):
        calculator.get_by_label(label, exact=True).fill(str(value))
    calculator.get_by_label("Weights in").select_option("4-bit")
    shape = replace(model_memory.model("llama-3-8b"), layers=40, kv_heads=4)
    expect(calculator.locator("output")).to_have_text(said(shape, "4-bit", 8192, 17))


def test_nonsense_is_answered_with_what_is_needed(calculator):
    """An empty field or a zero makes no number."""
    calculator.get_by_label("Width", exact=True).fill("")
    expect(calculator.locator("output")).to_have_text("Every field needs a whole number from 1.")


def test_without_a_script_it_is_not_there(chromium, site_url):
    """No form that does nothing."""
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site_url}generate/")
    assert page.locator(".sv-calculator").count() == 1
    assert not page.locator(".sv-calculator").is_visible()
    context.close()
