"""The mark beside a claim on a page; every number here is made up."""

import re
import shutil
from pathlib import Path

import pytest

from survival import records
from survival.errors import PageError
from tests.survival.pages.charts.test_captures import made
from tests.survival.pages.test_extension import CPU, GPU, HERE, change, convert, parts, plain

TRUE = "cpu_numpy compute is faster than cpu_python at every size"
FALSE = "cpu_python compute is faster than cpu_numpy at every size"


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A folder with copies of the made-up results and examples, to be changed."""
    for name in ("results", "examples"):
        shutil.copytree(HERE / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def block(*lines: str) -> str:
    """A page with one block of claims, which opens on its third line."""
    return "\n".join(["A sentence.", "", "/// claim | toy_sum", *lines, "///", "", "Another."])


def summary(html: str) -> str:
    """The one line that the mark shows."""
    return plain(re.findall(r"<summary>.*?</summary>", html)[0])


@pytest.mark.parametrize(
    ("lines", "state", "says"),
    [
        ([TRUE], "checked", "✓ checked by 2 measurements on 2 machines"),
        (
            [f"{TRUE} on machines with a GPU"],
            "checked",
            "✓ checked by 1 measurement on 1 machine with a GPU",
        ),
        (
            [f"{TRUE} on machines with at least 999 cores"],
            "unchecked",
            "– checked on machines with at least 999 cores: none yet",
        ),
        (
            [TRUE, f"{FALSE} on machines with at least 999 cores"],
            "partly",
            "✓ checked by 2 measurements on 2 machines; "
            "checked on machines with at least 999 cores: none yet",
        ),
    ],
)
def test_the_mark_says_in_words_where_it_was_checked(
    lines: list[str], state: str, says: str
) -> None:
    """One line of text, with a class for its state; the symbol is hidden from screen readers."""
    html = convert(block(*lines))
    assert f'<details class="sv-claim sv-claim--{state}">' in html
    assert summary(html) == says
    assert 'aria-hidden="true"' in html
    assert "Another." in html


def test_without_data_the_mark_names_what_is_missing(copied: Path) -> None:
    """Nothing was measured: the claim is not called checked, and the build goes on."""
    for name in (GPU, CPU):
        shutil.rmtree(copied / "results" / name)
    html = convert(block(TRUE), copied)
    assert summary(html) == "– not yet checked: no published machine has cpu_numpy and cpu_python"


def test_both_numbers_lead_to_their_record() -> None:
    """Opened, the mark shows both times as measured numbers; each machine's part has its own."""
    html = convert(block(TRUE))
    mark = html[html.index("<details") : html.index("</details>")]
    for place, machine in ((mark, GPU), (parts(html)[CPU], CPU)):
        assert place.count("<data ") == 2
        assert place.count(f'data-record="results/{machine}/toy_sum.json"') == 2


def test_a_contradicted_claim_stops_the_build() -> None:
    """H14: the message has page, line, rule, record and both numbers with their intervals."""
    with pytest.raises(PageError) as e:
        convert(block(TRUE, FALSE))
    message = str(e.value)
    assert message.startswith(f'page(5): H14: "{FALSE}" does not hold in results/')
    assert "toy_sum.json" in message
    assert len(re.findall(r"takes [\d.]+ [nµm]?s \([\d.]+–[\d.]+ [nµm]?s\)", message)) == 2
    assert "\n" not in message


def test_an_unfair_claim_stops_the_build_by_its_own_rule() -> None:
    """H2: a GPU is not held against a slow CPU program, in a claim no more than in a ratio."""
    with pytest.raises(PageError, match=r"page\(4\): H2: .*write 'the best CPU'"):
        convert(block("gpu_cupy compute is faster than cpu_python at every size"))


@pytest.mark.parametrize("lines", [[], ["", "   "]])
def test_an_empty_block_stops_the_build(lines: list[str]) -> None:
    """A block without claims is a mistake, not a mark."""
    with pytest.raises(PageError, match=r"page\(3\): claim: has no claims"):
        convert(block(*lines))


def test_a_claim_that_is_not_understood_stops_the_build_on_its_line() -> None:
    """The message says how a claim is written."""
    with pytest.raises(PageError, match=r"page\(5\): claim: 'x is fast' is not understood; write"):
        convert(block(TRUE, "x is fast"))


def test_the_readers_own_capture_is_not_counted(copied: Path) -> None:
    """results/local that contradicts a claim stops nothing; the mark tells its owner."""
    shutil.copytree(copied / "results" / CPU, copied / "results" / "local")

    def slower(record: dict) -> None:  # type: ignore[type-arg]
        variant = next(v for v in record["variants"] if v["name"] == "cpu_numpy")
        for timing in variant["timings"]:
            for key in ("median", "low", "high", "q1", "q3"):
                timing[key] *= 1e4
            timing["samples"] = [s * 1e4 for s in timing["samples"]]

    change(copied / "results" / "local" / "toy_sum.json", slower)
    html = convert(block(TRUE), copied, local=True)
    assert (
        summary(html) == "✓ checked by 2 measurements on 2 machines; does not hold on this machine"
    )
    assert "This machine" in html[html.index("<details") :]


def test_a_second_capture_counts_where_it_was_looked_at(copied: Path) -> None:
    """For the claims that both support, while the record is of one of the two."""
    repeats = made().model_copy(
        update={"captures": ("20261121-120000",), "claims": [f"toy_sum: {TRUE}"]}
    )
    path = copied / "results" / CPU / records.REPEATS_FILE
    records.write(path, repeats)
    assert summary(convert(block(TRUE), copied)) == "✓ checked by 3 measurements on 2 machines"
    other = "cpu_numpy compute is faster than cpu_python at 2^20"
    assert summary(convert(block(other), copied)) == "✓ checked by 2 measurements on 2 machines"
    records.write(path, repeats.model_copy(update={"captures": ("20991121-120000",)}))
    assert summary(convert(block(TRUE), copied)) == "✓ checked by 2 measurements on 2 machines"


def test_claims_are_not_counted_as_words_to_read() -> None:
    """The reading time is that of the prose."""
    page = "/// head | toy_sum\nQuestion?\n///\n\n" + "word " * 390
    assert "2 minutes" in plain(convert(page))
    assert "2 minutes" in plain(convert(page + "\n\n" + "\n\n".join([block(TRUE)] * 10)))


def add_twin(folder: Path) -> None:
    """Another example, toy_twin, with the records of toy_sum."""
    shutil.copytree(folder / "examples" / "toy_sum", folder / "examples" / "toy_twin")
    for machine in (GPU, CPU):
        twin = folder / "results" / machine / "toy_twin.json"
        shutil.copy(folder / "results" / machine / "toy_sum.json", twin)
        change(twin, lambda record: record.update(example="toy_twin"))


def test_a_claim_about_two_examples_shows_the_numbers_of_both(copied: Path) -> None:
    """Each time leads to its own record, and says of which example it is."""
    add_twin(copied)
    html = convert(
        block("cpu_numpy compute is at most 2 times as fast as toy_twin.cpu_numpy at every size"),
        copied,
    )
    assert summary(html) == "✓ checked by 2 measurements on 2 machines"
    for machine in (GPU, CPU):
        for name in ("toy_sum", "toy_twin"):
            assert html.count(f'data-record="results/{machine}/{name}.json"') == 1


def test_a_contradicted_claim_about_two_examples_stops_the_build(copied: Path) -> None:
    """The message names the other example's variant."""
    add_twin(copied)
    text = block(
        "cpu_numpy compute is at least 2 times as fast as toy_twin.cpu_numpy at every size"
    )
    with pytest.raises(PageError, match=r"toy_twin\.cpu_numpy compute takes"):
        convert(text, copied)


SIDE_BY_SIDE = "/// chart | toy_sum toy_twin\n    variants: {}\n///"


@pytest.mark.parametrize("scope", ["", "\n    scope: end_to_end"])
def test_a_chart_shows_two_examples(scope: str, copied: Path) -> None:
    """One line for each named variant, labelled with its example, and both times below."""
    add_twin(copied)
    text = SIDE_BY_SIDE.format("toy_sum.cpu_numpy, toy_twin.cpu_python" + scope)
    html = convert(text, copied)
    assert html.count('<figure class="sv-chart"') == 2
    assert "These are different jobs, so no factor is given." in plain(html)
    for name in ("toy_sum", "toy_twin"):
        assert f'data-record="results/{CPU}/{name}.json"' in html


@pytest.mark.parametrize(
    ("variants", "says"),
    [
        ("toy_sum.cpu_numpy", "`variants` names those of each as EXAMPLE.VARIANT"),
        ("cpu_numpy", "`variants` names those of each as EXAMPLE.VARIANT"),
        ("toy_sum.cpu_numpy, toy_twin.cpu_nmpy", "unknown variant 'cpu_nmpy'"),
        ("toy_sum.cpu_numpy, toy_twin.cpu_numpy\n    kind: bars", "over their sizes"),
    ],
)
def test_a_chart_of_two_examples_names_the_variants_of_both(
    variants: str, says: str, copied: Path
) -> None:
    """Anything else stops the build with what would be understood."""
    add_twin(copied)
    with pytest.raises(PageError, match=says):
        convert(SIDE_BY_SIDE.format(variants), copied)


def test_a_chart_leaves_out_a_machine_that_lacks_one_of_the_examples(copied: Path) -> None:
    """H1: both sides come from the same machine."""
    add_twin(copied)
    (copied / "results" / GPU / "toy_twin.json").unlink()
    html = convert(SIDE_BY_SIDE.format("toy_sum.cpu_numpy, toy_twin.cpu_numpy"), copied)
    assert html.count('<figure class="sv-chart"') == 1
