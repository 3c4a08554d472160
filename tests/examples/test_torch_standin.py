"""Every program for PyTorch on a GPU runs on the CPU, with its graphs played from a recording."""

import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.examples.conftest import Case, allowed_sizes, error_of, variant_files
from tests.standin.problems import load, small_cases

pytestmark = [pytest.mark.frameworks, pytest.mark.usefixtures("helpers_end")]

DEVICE = ('device="cuda"', 'device="cpu"')
TWO = (
    ('"nccl"', '"gloo"'),
    ('torch.device("cuda", rank)', 'torch.device("cpu")'),
    ("    torch.cuda.set_device(device)\n", ""),
    ("torch.cuda.synchronize()", "pass"),
)
"""What a program for two GPUs says of them, and what its two processes use here instead."""
SEEING = 32
"""Pictures per step of `seeing`, which trains a whole network at any size."""


@pytest.fixture(autouse=True)
def _standin(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    from tests.standin import torch_like

    torch_like.install(monkeypatch)


def on_cpu(path: Path, *replaced: tuple[str, str]) -> Any:
    """Import a variant for the CPU, with some more of its text replaced."""
    return load(path, *there(path), *replaced)


def there(path: Path) -> list[tuple[str, str]]:
    """What is replaced in the text of any variant that has it."""
    text = path.read_text(encoding="utf-8")
    pairs = (DEVICE, *TWO) if path.stem.endswith("_two") else (DEVICE,)
    return [pair for pair in pairs if pair[0] in text]


def try_out(case: Case, variant: Any, sizes: list[int]) -> None:
    """Verify each size: twice with the same arrays on the device, and once with others."""
    for n in sizes:
        inputs = case.inputs(n)
        there = variant.to_device(*inputs)
        for _ in range(2):
            case.verify(variant.to_host(variant.run(*there)), inputs)
        others = case.problem.make_inputs(n, np.random.default_rng(n + 1))
        case.verify(variant.to_host(variant.run(*variant.to_device(*others))), others)


def sizes_of(case: Case) -> list[int]:
    """Some small sizes; one for a whole training."""
    if case.problem_path.parent.name == "seeing":
        return [SEEING]
    return allowed_sizes(case.problem)[:3]


@pytest.mark.parametrize("case", list(small_cases("gpu_torch*")))
def test_equals_the_oracle(case: Case) -> None:
    """The program agrees with the float64 oracle, again with the same arrays and with others."""
    try_out(case, on_cpu(case.variant_path), sizes_of(case))


@pytest.mark.parametrize(
    "path", [pytest.param(p, id=f"{p.parent.name}-{p.stem}") for p in variant_files("gpu_torch*")]
)
def test_runs_as_a_script(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the file does when it is run as a program works, and prints something."""
    copy = tmp_path / path.name
    text = path.read_text(encoding="utf-8")
    for right, here in there(path):
        text = text.replace(right, here)
    copy.write_text(text, encoding="utf-8")
    runpy.run_path(str(copy), run_name="__main__")
    output = capsys.readouterr().out
    assert output.strip()
    assert "nan" not in output


CUDA_ONLY = {
    "graph": "CUDAGraph",
    "tf32": "get_device_capability",
    "prefetched": "non_blocking",
    "two": '"nccl"',
}
"""Programs that need CUDA, by the end of their names, and what of it they use."""


@pytest.mark.parametrize(
    "path", [pytest.param(p, id=f"{p.parent.name}-{p.stem}") for p in variant_files("gpu_torch*")]
)
def test_only_what_needs_cuda_names_it(path: Path) -> None:
    """All others take the accelerator that is there, of any maker."""
    text = path.read_text(encoding="utf-8")
    used = CUDA_ONLY.get(path.stem.split("_")[-1], "")
    assert ("cuda" in text) == bool(used)
    assert used in text
    assert used or "torch.accelerator.current_accelerator(check_available=True)" in text


def small_inputs(example: str) -> Any:
    """Inputs of the smallest problem of an example."""
    case = next(c.values[0] for c in small_cases("gpu_torch*") if str(c.id).startswith(example))
    return case.inputs(sizes_of(case)[0])


def test_what_cudnn_gets_lies_as_it_wants_it() -> None:
    """Filters in order, or with the channels last: else every call lays them out anew."""
    import torch

    examples = Path(__file__).parents[2] / "examples"
    there = on_cpu(examples / "seeing" / "gpu_torch.py").to_device(*small_inputs("seeing-"))
    assert all(a.is_contiguous() for a in there if isinstance(a, torch.Tensor))
    path = examples / "convolution" / "gpu_torch_channelslast_tf32.py"
    there = on_cpu(path).to_device(*small_inputs("convolution-"))
    assert all(a.is_contiguous(memory_format=torch.channels_last) for a in there)


def test_without_an_accelerator_one_line_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where PyTorch was built for one that is not there."""
    import torch

    def none(check_available: bool = False) -> Any:
        return None if check_available else torch.device("cuda")

    monkeypatch.setattr(torch.accelerator, "current_accelerator", none)
    path = next(p for p in variant_files("gpu_torch") if p.parent.name == "attention")
    with pytest.raises(SystemExit, match=r"^This program needs a GPU that PyTorch can use"):
        load(path)


MISTAKES = {
    "a graph that reads from elsewhere": (
        "decode/gpu_torch_graph",
        "        old.copy_(new)  # always into the same memory",
        "        pass",
    ),
    "new weights that a graph never sees": (
        "training/gpu_torch_graph",
        "        array.copy_(values)  # always into the same arrays",
        "        pass",
    ),
    "a training that goes on where the last one ended": (
        "training/gpu_torch_graph",
        "[w.clone().requires_grad_() for w in start]",
        "[w.requires_grad_() for w in start]",
    ),
    "a new key that goes to another place": (
        "decode/gpu_torch_bfloat16_compile_graph",
        "keys[i].index_copy_(2, at, k)",
        "keys[i].index_copy_(2, at + 1, k)",
    ),
    "a cache whose empty end is seen": (
        "decode/gpu_torch_bfloat16_compile_graph",
        "<= at[:, None]",
        "<= 5 + at[:, None]",
    ),
    "a compiled step with a look at a number": (
        "decode/gpu_torch_bfloat16_compile_graph",
        "    for i, (qkv",
        "    print(x.sum().item())\n    for i, (qkv",
    ),
    "autocast that loses the mask": (
        "transformer_training/gpu_torch_bfloat16",
        ", is_causal=True",
        "",
    ),
    "a compiled network that stays as it was": (
        "training/gpu_torch_bfloat16_compile",
        "        optimizer.step()\n",
        "",
    ),
    "an answer that is taken before the graph has run": (
        "decode/gpu_torch_graph",
        "    graph.replay()\n",
        "",
    ),
}


@pytest.mark.parametrize(("variant", "right", "wrong"), MISTAKES.values(), ids=list(MISTAKES))
def test_a_mistake_is_found(variant: str, right: str, wrong: str) -> None:
    """A graph that is used wrongly gives another answer."""
    case = next(
        c.values[0]
        for c in small_cases("gpu_torch*")
        if str(c.id) == variant.replace("/gpu", "-gpu")
    )
    broken = on_cpu(case.variant_path, (right, wrong))
    with pytest.raises((AssertionError, RuntimeError)):
        try_out(case, broken, sizes_of(case))


def test_reduced_precision_shows() -> None:
    """A program in bfloat16 has an error that float32 would not have."""
    for found in small_cases("gpu_torch_bfloat16*"):
        case = found.values[0]
        variant, inputs = on_cpu(case.variant_path), case.inputs(sizes_of(case)[-1])
        result = variant.to_host(variant.run(*variant.to_device(*inputs)))
        error = error_of(case.problem, result, case.problem.reference(*inputs))
        assert error > case.problem.TOLERANCE
