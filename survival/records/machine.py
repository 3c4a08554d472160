"""One machine: `results/MACHINE/machine.json`."""

from typing import Annotated, Literal, Self

from pydantic import (
    AwareDatetime,
    Field,
    model_validator,
)

from survival.records.ceilings import Ceilings
from survival.records.fields import Count, Model, Slug, Text


class Cpu(Model):
    """The processor, as the operating system describes it."""

    model: Text
    """Its name."""
    architecture: Text
    """Such as x86_64."""
    cores: Annotated[int, Field(ge=1)]
    """Cores that this system may use, as it tells them; a virtual machine's may be threads."""
    threads: Annotated[int, Field(ge=1)]
    """Hardware threads that this system may use."""
    quota: Annotated[float, Field(gt=0, lt=1e6, allow_inf_nan=False)] | None = None
    """How many processors' time a container may use, where that is less than all of them."""
    virtual: bool
    """Whether this is a virtual machine, which shares its hardware with others."""
    l2_bytes: Count = 0
    """Bytes of L2 cache; 0 if the system does not say."""
    l3_bytes: Count = 0
    """Bytes of L3 cache; 0 if the system does not say."""
    memory_bytes: Count
    """Bytes of main memory."""


Address = Annotated[str, Field(pattern=r"^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$")]


class Gpu(Model):
    """The GPU: the first CUDA device, or else the adapter of any maker that WebGPU offers."""

    model: Text
    """Its name."""
    kind: Literal["discrete", "integrated", "software"] = "discrete"
    """A card of its own, a part of the processor's chip, or a program that only plays a GPU."""
    api: Literal["CUDA", "Metal", "Vulkan", "Direct3D 12"] = "CUDA"
    """What it was reached through; all but CUDA by way of WebGPU."""
    driver: Text
    """Version of the driver, or what it calls itself; empty where it does not say."""
    memory_bytes: Count | None = None
    """Bytes of its own memory; WebGPU does not tell."""
    compute_capability: Text | None = None
    """NVIDIA's version of what the hardware can do; CUDA only."""
    multiprocessors: Annotated[int, Field(ge=1)] | None = None
    """How many streaming multiprocessors it has; CUDA only."""
    l2_bytes: Count | None = None
    """Bytes of its L2 cache; CUDA only."""
    l2_fetch_bytes: Count | None = None
    """Bytes that the L2 cache fetches from memory at most, where 32 were asked for; CUDA only."""
    cuda: Text | None = None
    """The newest CUDA version that the driver supports; CUDA only."""
    pci_address: Address | None = None
    """Which card of this computer it is, by its place on the bus; CUDA only."""
    slice: Text | None = None
    """Which slice of the card was measured (MIG), such as 1g.5gb; missing for a whole card."""

    @model_validator(mode="after")
    def _fields_fit_the_api(self) -> Self:
        told = (self.compute_capability, self.multiprocessors, self.l2_bytes, self.cuda)
        if self.api == "CUDA" and None in (*told, self.memory_bytes):
            raise ValueError("a CUDA device tells its capability, multiprocessors, L2 and memory")
        only = (*told, self.l2_fetch_bytes, self.pci_address, self.slice)
        if self.api != "CUDA" and any(field is not None for field in only):
            raise ValueError(f"a GPU reached through {self.api} has no fields that only CUDA tells")
        return self


Share = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Repeatability(Model):
    """What a second whole capture of the same sources on this machine changed."""

    captures: Annotated[tuple[Slug, ...], Field(min_length=1, max_length=200)]
    """The runs of `capture` that were held against each other."""
    timings: Count
    """How many timings both had."""
    ratios: Count
    """How many ratios of two variants of one example, size and scope."""
    time: Share
    """By which share a timing moved: the median."""
    time_p90: Share
    """The same, exceeded by one timing in ten."""
    ratio: Share
    """By which share a ratio moved: the median."""
    ratio_p90: Share
    """The same, exceeded by one ratio in ten."""
    overlap: Annotated[float, Field(ge=0, le=1)]
    """The share of timings whose two intervals overlap."""
    held: Annotated[float, Field(ge=0, le=1)]
    """The share of the ratios' intervals, of both captures, that hold the ratio of the other."""


class Simd(Model):
    """Which of the processor's SIMD instructions NumPy takes, by the names that it gives them."""

    numpy: Text
    """NumPy's version."""
    baseline: Text
    """What it was built for: any processor that it runs on has that."""
    found: Text
    """What else it has code for and found here; `X86_V3` has AVX2, and `X86_V4` AVX-512."""
    paths: Annotated[dict[Text, Text], Field(max_length=20)]
    """What its functions take on float32, by name, as NumPy tells it; for `sort`, of which it tells
    nothing, what its source takes on such a processor."""


class Machine(Model):
    """Hardware, driver and ceilings. All of it is read by the program, never typed."""

    schema_version: Literal[1]
    """Which version of these fields the file has."""
    name: Slug
    """What this guide calls it; the folder is called like it. It names no host and no owner."""
    capture: Slug
    """Which run of `capture` this belongs to."""
    captured: AwareDatetime
    """When it was captured, with the time zone."""
    mode: Literal["full", "quick"]
    """`quick` takes fewer samples."""
    system: Text
    """Operating system and its version."""
    python: Text
    """Version of Python."""
    cpu: Cpu
    """The processor."""
    gpu: Gpu | None
    """The GPU; null without one."""
    ceilings: Ceilings
    """What the machine can do at best."""
    ceilings_timer: Text
    """How the ceilings were timed."""
    simd: Simd | None = None
    """What NumPy makes of the processor; missing in a file of before it was asked."""
    repeatability: Repeatability | None = None
    """What a second whole capture changed; missing until there was one."""

    @property
    def title(self) -> str:
        """What a page calls this machine."""
        cpu = f"{self.cpu.model}, {self.cpu.cores} core{'s' * (self.cpu.cores > 1)}"
        if self.cpu.quota:
            cpu += f", time of {self.cpu.quota:.3g}"
        if self.gpu:
            return f"{self.gpu.model} ({cpu})"
        return f"{cpu}, virtual machine" if self.cpu.virtual else cpu
