"""What comes from outside is trusted no further than its schema: no traceback, no foreign markup.

The examples that hypothesis makes are the same in every run (derandomize).
"""

import copy
import json
import string
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from survival import records
from survival.errors import RecordError, SurvivalError
from survival.judge import clocks, compare, evidence, rules, staleness
from survival.judge.claims import evaluation, grammar
from survival.pages.charts import plots, svg
from survival.records import Results
from tests.survival.capture.test_clock import launched_copy, made_clock, reading, task
from tests.survival.conftest import cpu_times, gpu_times, made_machine, made_record, made_variant
from tests.survival.pages.test_extension import CPU, EXAMPLES, GPU, HERE, VARIANTS, convert

PAYLOAD = "\"'><xss onxss=1>\\</script></svg>&amp;<!--[x](javascript:xss)"


def some(n: int) -> Callable[[Any], Any]:
    """Hypothesis, the same in every run, with this many examples."""
    return settings(
        max_examples=n,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


HOSTILE = st.one_of(
    st.sampled_from(
        [
            *(None, True, [], {}, "", -1, 0, 1, 2**63, -(2**70), 10**400, 1e300, 5e-324, -0.0),
            *(float("nan"), float("inf"), "NaN", "1e5", PAYLOAD, "../../etc/passwd", "/dev/null"),
            *("a" * 100_000, "a\nb", "\x00", "\x1b[31m", "\u202e", "CON", "local", "machine"),
            *("0" * 16, "float64", "measured", "gpu", "2026-11-21T00:00:00Z", "9999-12-31T23:59Z"),
            *([[]] * 3, {PAYLOAD: PAYLOAD, "a\nb\x1b": 1}, ["\ud800"], list(range(500))),
        ]
    ),
    st.floats(),
    st.integers(),
    st.text(max_size=20),
)


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value; of long lists, the first two."""
    yield path
    items = node.items() if isinstance(node, dict) else ()
    if isinstance(node, list):
        items = list(enumerate(node))[:2]
    for key, value in items:
        yield from places(value, (*path, key))


def at(node: Any, path: tuple[Any, ...]) -> Any:
    """What lies there."""
    for key in path:
        node = node[key]
    return node


@st.composite
def mutated(draw: st.DrawFn, valid: Any) -> str:
    """JSON text of a valid value after a few changes, some of them to the text itself."""
    value = copy.deepcopy(valid)
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(list(places(value))[1:] or [()]))
        if not path:
            break
        parent, key = at(value, path[:-1]), path[-1]
        match draw(st.sampled_from(("replace", "replace", "remove", "add", "double"))):
            case "replace":
                parent[key] = draw(HOSTILE)
            case "remove":
                del parent[key]
            case "add" if isinstance(parent, dict):
                parent[draw(st.text(max_size=10))] = draw(HOSTILE)
            case _ if isinstance(parent, list):
                parent.append(copy.deepcopy(parent[key]))
    text = json.dumps(value)
    match draw(st.sampled_from(("whole",) * 6 + ("cut", "nested", "twice", "digits", "bytes"))):
        case "cut":
            return text[: draw(st.integers(0, len(text)))]
        case "nested":
            return text.replace("[", "[" * draw(st.sampled_from((200, 100_000))), 1)
        case "twice":
            return text.replace("{", '{"schema_version": "x", "example": {}, ', 1)
        case "digits":
            return text.replace("1", "1" * draw(st.sampled_from((50, 5000))), 1)
        case "bytes":
            place = draw(st.integers(0, len(text)))
            return text[:place] + "\x00\udcff" + text[place:]
    return text


NUMBERS = (5e-324, 1e-300, 1e-9, 0.0, 0, 1, 2, 7.5, 1e5, 999_999.0, 1e18, 9e18, 2**31, 2**62 - 1)


@st.composite
def strange(draw: st.DrawFn, valid: Any) -> Any:
    """A valid value with a few strange numbers, texts and lists, which the schema may let pass."""
    value = copy.deepcopy(valid)
    for _ in range(draw(st.integers(1, 4))):
        path = draw(st.sampled_from([p for p in places(value) if p]))
        parent, key = at(value, path[:-1]), path[-1]
        match parent[key]:
            case bool():
                parent[key] = not parent[key]
            case int() | float():
                parent[key] = draw(st.sampled_from(NUMBERS))
            case str():
                parent[key] = draw(
                    st.sampled_from((PAYLOAD, "", "gpu", "cpu", "float64", "x" * 500))
                )
            case list():
                parent[key] = parent[key][draw(st.integers(0, 1)) : draw(st.integers(0, 3))]
            case _:
                parent[key] = None
    return value


def valid_record() -> Any:
    """The JSON of a record that breaks no rule."""
    variants = [
        made_variant("cpu_numpy", cpu_times()),
        made_variant("cpu_python", cpu_times(1e-7)),
        made_variant("gpu_cupy", gpu_times()),
    ]
    left = [{"size": 100, "scope": "first_call", "reason": "too slow"}]
    variants[0]["left_out"] = left
    return json.loads(made_record(*variants).model_dump_json())


RECORD = valid_record()
MACHINE = json.loads(made_machine().model_dump_json())
CLOCK = json.loads(made_clock(task("sleep"), launched_copy("cpu")).model_dump_json())


@contextmanager
def one_line() -> Iterator[None]:
    """Whatever is raised within is ours, and one short line that a terminal can show."""
    try:
        yield
    except SurvivalError as e:
        message = str(e)
        assert message
        assert message.isprintable(), repr(message[:500])
        assert len(message) < 2000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """results/made-up."""
    path = tmp_path_factory.mktemp("results") / "made-up"
    path.mkdir()
    return path


READERS: dict[str, tuple[Callable[[Path], Any], Any]] = {
    "doubling.json": (records.read_record, RECORD),
    "machine.json": (records.read_machine, MACHINE),
    "clock.json": (records.read_clock, CLOCK),
}


@pytest.mark.parametrize("name", READERS)
def test_a_malformed_file_is_one_line_or_a_model(name: str, folder: Path) -> None:
    """Wrong types, huge numbers, deep nesting, control characters, half a file, a key twice."""
    read, valid = READERS[name]
    machine = made_machine()

    @some(150)
    @given(text=mutated(valid))
    def check(text: str) -> None:
        path = folder / name
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
        with one_line():
            item = read(path)
            assert item == type(item).model_validate_json(item.model_dump_json())
            if isinstance(item, records.Record):
                for f in rules.judge_record(item, machine, None):
                    assert f.message.isprintable()
            elif isinstance(item, records.Clock):
                clocks.judge_clock(item, machine)

    check()


@some(100)
@given(text=st.one_of(st.text(), st.recursive(st.none(), st.lists, max_leaves=50).map(json.dumps)))
@example(text="")
@example(text="[" * 1_000_000)
@example(text="\ufeff{}")
def test_what_is_no_record_at_all_is_one_line(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    """Any text in place of a record."""
    path = tmp_path_factory.getbasetemp() / "doubling.json"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(RecordError) as e:
        records.read_record(path)
    assert str(e.value).isprintable()


# ---- Pages ----------------------------------------------------------------------------------


class Strict(HTMLParser):
    """Fails on tags that are not closed, and on whatever a payload would have made."""

    # All of them, not those that a page has today: "Void elements" in the HTML standard.
    # fmt: off
    VOID = frozenset((
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source",
        "track", "wbr",
    ))
    # fmt: on

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.feed(html)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """No element and no attribute of the payload's."""
        assert tag not in ("xss", "script"), tag
        for name, value in attrs:
            assert not name.startswith("on"), name
            assert not (name == "href" and (value or "").strip().startswith("javascript")), value
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """As above; it is closed already."""
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        """The tag that is open is the one that is closed."""
        assert self.open, tag
        assert self.open.pop() == tag, tag

    def handle_comment(self, data: str) -> None:
        """Nothing here writes comments."""
        raise AssertionError(data)


@pytest.fixture(scope="module", autouse=True)
def no_charts() -> Iterator[None]:
    """Charts as their descriptions: drawing is slow, and has tests of its own."""

    def stub(spec: dict[str, Any], css: str, ident: str, title: str, desc: str) -> str:
        json.dumps(spec, allow_nan=False)
        from markupsafe import escape

        return f'<svg class="{css}"><title>{escape(title)}</title><desc>{escape(desc)}</desc></svg>'

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(svg, "render", stub)
        patch.setattr(plots.svg, "render", stub)
        yield


SHOWN = "\n\n".join(
    [
        *(f"/// {b} | toy_sum\n///" for b in ("listing", "timings", "chart", "head")),
        "/// chart | toy_sum\n    kind: ladder\n///",
        "/// machines |\n///",
        *(f"/// clock | {p}\n///" for p in ("lengths", "copy", "kernels", "launch", "fooled")),
        "/// samples | toy_sum cpu_numpy 2^24 compute\n///",
        "[[machine title]] [[machine gpu.model]] [[crossover toy_sum compute]]",
        "[[time toy_sum cpu_numpy 2^24 compute]] [[error toy_sum cpu_numpy 2^24]]",
        "[[ratio toy_sum gpu_cupy 2^24 end_to_end]] [[ratio toy_sum cpu_python 2^20 compute]]",
        "[[rate toy_sum gpu_cupy 2^24 compute]] [[fraction toy_sum gpu_cupy 2^24]]",
    ]
)


def page_of(results: Results) -> str:
    """A page that shows all that there is, with these results."""
    examples = evidence.load(HERE / "results", HERE / "examples", False).examples
    with pytest.MonkeyPatch.context() as patch:
        made = evidence.Evidence(examples, results)
        patch.setattr(evidence, "load", lambda *_: made)
        return convert(SHOWN)


ON_DISK = {
    name: json.loads((HERE / "results" / GPU / f"{name}.json").read_text())
    for name in ("toy_sum", "machine")
}
for v in ON_DISK["toy_sum"]["variants"]:
    v["source_hash"] = "0" * 16  # of today's source, most texts would be refused and not shown
SLEEP = task("sleep", reading("pyperf", 1.1e-3), known_seconds=1e-3)
ON_DISK["clock"] = json.loads(
    made_clock(SLEEP, launched_copy("cpu"), launched_copy("gpu"), machine=GPU).model_dump_json()
)


@pytest.mark.parametrize("name", ON_DISK)
def test_a_valid_record_of_a_stranger_makes_a_sound_page_or_one_line(name: str) -> None:
    """What passes the schema passes the judge and the page, or is refused in one line."""
    models = {"toy_sum": records.Record, "machine": records.Machine, "clock": records.Clock}
    good = {n: models[n].model_validate(v) for n, v in ON_DISK.items()}

    @some(40)
    @given(value=strange(ON_DISK[name]))
    def check(value: Any) -> None:
        try:
            item = models[name].model_validate(value)
        except ValueError:
            return
        made = good | {name: item}
        results = Results(
            machines={GPU: made["machine"]},
            records={GPU: {"toy_sum": made["toy_sum"]}},
            clocks={GPU: made["clock"]},
        )
        with one_line():
            rules.judge_results(results, {})
            staleness.text(staleness.find(results, {}, {}, "0" * 16))
            Strict(page_of(results))

    check()


def texts(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Places of every text in a JSON value."""
    return (p for p in places(node, path) if isinstance(at(node, p), str))


@pytest.mark.parametrize("name", ON_DISK)
def test_every_text_of_a_record_is_escaped_wherever_it_is_shown(name: str) -> None:
    """Each text field in turn is a payload; what the schema lets pass comes out as text."""
    models = {"toy_sum": records.Record, "machine": records.Machine, "clock": records.Clock}
    good = {n: models[n].model_validate(v) for n, v in ON_DISK.items()}
    bad, passed = copy.deepcopy(ON_DISK[name]), 0
    for path in list(texts(ON_DISK[name])):
        parent, before = at(bad, path[:-1]), at(bad, path)
        parent[path[-1]] = PAYLOAD
        try:
            models[name].model_validate(bad)
            passed += 1
        except ValueError:
            parent[path[-1]] = before
    made = good | {name: models[name].model_validate(bad)}
    results = Results(
        machines={GPU: made["machine"]},
        records={GPU: {"toy_sum": made["toy_sum"]}},
        clocks={GPU: made["clock"]},
    )
    html = page_of(results)
    Strict(html)
    assert passed > 1
    assert "&lt;xss" in html
    form = compare.markdown(
        compare.compare(
            compare.Capture("a", made["machine"], {"toy_sum": good["toy_sum"]}),
            compare.Capture("b", made["machine"], {"toy_sum": made["toy_sum"]}),
        )
    )
    assert "<xss" not in form


WORDS = ("time", "ratio", "rate", "fraction", "error", "crossover", "machine", "x", "a_b", "tIme")
BLOCKS = (
    *("listing", "timings", "chart", "machines", "measured", "head", "claim", "clock", "samples"),
    "nope",
)
TOKENS = st.one_of(
    st.sampled_from(
        [
            *EXAMPLES.split(", "),
            *VARIANTS.split(", "),
            *(
                "compute",
                "end_to_end",
                "first_call",
                "against",
                "operations",
                "2^24",
                "2^20",
                "256",
            ),
            *(
                "9^9^9",
                "1x2x3x4",
                "1e400",
                "-1",
                "½",
                "²^²",
                "٣",
                "16777216",
                "99999999999999999999",
            ),
            *("gpu.model", "cpu.model", "title", "lengths", "../..", "|", ":", "'", '"', "&", "\\"),
            *("\x00", "\u202e", "{{", "}}", "%", "${x}", "is faster than", "at every size", "*a*"),
            *("the best CPU", "at 2^24", "on machines with a GPU", "crossover", "is above", "`a`"),
        ]
    ),
    st.text(alphabet=string.ascii_letters + string.digits + "_^.,-+*/ ", max_size=8),
)
ARGUMENTS = st.lists(TOKENS, max_size=6).map(" ".join)


@st.composite
def a_word(draw: st.DrawFn) -> str:
    """`[[word arguments]]`, sometimes in a list, a table or a heading."""
    word = f"[[{draw(st.sampled_from(WORDS))} {draw(ARGUMENTS)}]]"
    return draw(st.sampled_from(("{}", "- {}", "# {}", "| a |\n| - |\n| {} |", "*{}*", "> {}")))[
        :
    ].replace("{}", word)


@st.composite
def a_block(draw: st.DrawFn) -> str:
    """A block with options and content that may make no sense."""
    name = draw(st.sampled_from(BLOCKS))
    lines = [f"/// {name} | {draw(ARGUMENTS)}"]
    options = ("variants", "size", "machine", "kind", "scope", "axis", "x")
    for _ in range(draw(st.integers(0, 2))):
        lines.append(f"    {draw(st.sampled_from(options))}: {draw(ARGUMENTS)}")
    if draw(st.booleans()):
        lines += ["", draw(ARGUMENTS)]
    return "\n".join([*lines, draw(st.sampled_from(("///", "///", "///", "////", "")))])


@some(250)
@given(parts=st.lists(st.one_of(a_word(), a_block()), min_size=1, max_size=3))
@example(parts=["/// measured | toy_sum gpu_cupy\n[[time]]\n///"])
@example(parts=["/// claim | toy_sum\ngpu_cupy compute is faster than the best CPU at 0^0\n///"])
def test_any_directive_is_a_page_or_one_line(parts: list[str]) -> None:
    """Random words and blocks: sound HTML, or one line with the page and what is wrong."""
    with one_line():
        Strict(convert("# T\n\n" + "\n\n".join(parts)))


CLAIM = st.lists(
    st.sampled_from(
        [
            *VARIANTS.split(", "),
            *("compute", "end_to_end", "is", "faster than", "slower than", "at least", "at most"),
            *("times as fast as", "the best CPU", "the best GPU", "at every size", "at 2^24", "at"),
            *("not measurably different from", "reaches", "% of the limit", "crossover", "above"),
            *("0", "1e400", "99999999999999999999999", "1.5", "sizes from", "on", CPU, GPU, "2^20"),
            *("on machines with a GPU", "on machines with at least 2 cores", PAYLOAD, "\x1b"),
        ]
    ),
    min_size=1,
    max_size=9,
).map(" ".join)


@some(300)
@given(text=st.one_of(CLAIM, st.text(max_size=60)))
@example(text="gpu_cupy compute is at least 0 times as fast as cpu_numpy at 2^24")
@example(text=f"gpu_cupy compute is at least {'9' * 500} times as fast as cpu_numpy at 2^24")
@example(text=f"gpu_cupy compute reaches at least {'9' * 500} % of the limit at 2^24")
@example(text=f"gpu_cupy compute reaches at least 0.{'0' * 400}1 % of the limit at 2^24")
def test_any_claim_is_understood_or_refused_in_one_line(text: str) -> None:
    """No claim, however written, ends in a traceback; its verdict is one line."""
    found = evidence.load(HERE / "results", HERE / "examples", False)
    with one_line():
        claim = grammar.parse(text, found.examples["toy_sum"], [CPU, GPU])
        for m in found.of("toy_sum"):
            verdict = evaluation.evaluate(claim, m.record, m.machine)
            assert verdict is None or verdict.says.isprintable()
