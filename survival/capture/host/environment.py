"""What of a user's environment reaches the processes in which everything is measured.

One list: a setting is unset, or it is recorded. What is on neither changes no timing that we know.
"""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from survival.capture import machine
from survival.errors import one_line

SETTINGS = {
    # numba/core/config.py of 0.68, and numba_cuda's: all of them but where files are.
    "Numba": r"NUMBA_(?!CACHE_|CUDA_DRIVER$|CUDA_INCLUDE_PATH$|\w+_SEARCH_PATHS$|GDB_BINARY$)\w+",
    # CuPy's documentation, "Environment variables", for runtime; read in November 2026.
    "CuPy": r"CUPY_(CACHE_IN_MEMORY|CACHE_SAVE_CUDA_SOURCE|NVRTC_USE_PCH|CUDA_COMPILE_WITH_DEBUG"
    r"|DUMP_CUDA_SOURCE_ON_ERROR|GPU_MEMORY_LIMIT|SEED|EXPERIMENTAL_SLICE_COPY|ACCELERATORS|TF32"
    r"|CUDA_ARRAY_INTERFACE_\w+|DLPACK_EXPORT_VERSION|CUDA_PER_THREAD_DEFAULT_STREAM"
    r"|DISABLE_JITIFY_CACHE)",
    # The OpenMP specification, and what libgomp and Intel's libiomp5 add, without what some
    # machines need where two of them are loaded.
    "OpenMP": r"(OMP|GOMP|KMP)_(?!DUPLICATE_LIB_OK$)\w+",
    # What is in the libraries themselves: of NumPy 2.4 (scipy_openblas64), of PyTorch 2.13 (MKL,
    # oneDNN); bli_env_get_str in BLIS; Apple's Accelerate.
    "BLAS": r"(OPENBLAS_\w+|GOTO_NUM_THREADS|MKL_(NUM_\w+|DYNAMIC|ENABLE_INSTRUCTIONS|CBWR|VERBOSE"
    r"|DOMAIN_NUM_THREADS|DEBUG_CPU_TYPE|FAST_MEMORY_LIMIT|THREADING_LAYER|INTERFACE_LAYER)"
    r"|BLIS_(NUM_THREADS|NT|TI|THREAD_IMPL|ARCH_\w+|[JPI][CR]_NT|PACK_[AB])|VECLIB_MAXIMUM_THREADS"
    r"|(ONEDNN|DNNL)_\w+)",
    "NumPy": r"(NPY_(DIS|EN)ABLE_CPU_FEATURES|NPY_PROMOTION_STATE|NUMPY_MADVISE_HUGEPAGE)",
    # What torch/ and its libraries ask for in 2.13, without what containers tell of themselves.
    "PyTorch": r"(TORCH_(ALLOW_TF32_CUBLAS_OVERRIDE|(BLAS|LINALG)_PREFER_\w+|CU(DNN|BLAS(LT)?)_\w+"
    r"|MKLDNN_\w+|(COMPILE|COMPILER|DYNAMO|INDUCTOR|FAKE_TENSOR|JIT)_\w+|CACHING_PRECOMPILE"
    r"|LOGS|TRACE|SHOW_\w+|DISABLE_\w+|LINEAR_FLATTEN_3D|CUDA_SANITIZER|CUDAGRAPH_GC)"
    r"|TORCHINDUCTOR_(?!CACHE_DIR$|CUTLASS_DIR$)\w+|ATEN_CPU_CAPABILITY|LRU_CACHE_CAPACITY"
    r"|PYTORCH_((CUDA_|HIP_)?ALLOC_CONF|NO_CUDA_MEMORY_CACHING|JIT\w*|TENSOREXPR\w*"
    r"|TUNABLEOP_\w+|FUSION_DEBUG))",
    # What libtensorflow_framework and keras/src ask for in 2.21 and 3.15. Not all that begins with
    # TF_: Terraform's settings do too.
    "TensorFlow": r"(TF_(NUM_INT(RA|ER)OP_THREADS|OVERRIDE_GLOBAL_THREADPOOL|ENABLE_\w+_OPTS"
    r"|\w*ONEDNN_\w+|XLA_\w+|DISABLE_JIT_KERNELS|DETERMINISTIC_\w+|CUDNN_\w+|GPU_\w+"
    r"|FORCE_GPU_ALLOW_GROWTH|CPU_\w*BFC\w*|AUTO_MIXED_PRECISION_\w+|FP16_MATMUL_USE_FP32_COMPUTE"
    r"|MATMUL_AUTOTUNE_ENABLE|USE_\w+|RUN_HANDLER_\w+|DATA_EXPERIMENT_\w+|DUMP_GRAPH_\w+"
    r"|DEBUG_\w+|CPP_\w+|MKL_\w+)|XLA_FLAGS|KERAS_(BACKEND|MAX_\w+|NNX_ENABLED|TORCH_DEVICE))",
    # jax/_src/config.py of 0.7 and its documentation, read in November 2026: but where files are.
    "JAX": r"(JAX_(?!COMPILATION_CACHE_DIR$|DUMP_IR_TO$)\w+|XLA_PYTHON_CLIENT_\w+)",
    # wgpu-native's own; which adapter and driver is recorded below.
    "wgpu": r"WGPU_DEBUG",
    # python/triton/knobs.py, read in November 2026: but where files are.
    "Triton": r"TRITON_(INTERPRET|DEBUG|OVERRIDE_ARCH|ALWAYS_COMPILE|KERNEL_(DUMP|OVERRIDE)"
    r"|STORE_BINARY_ONLY|ENABLE_\w+|DISABLE_LINE_INFO|FRONT_END_DEBUGGING|CACHE_AUTOTUNING"
    r"|PRINT_AUTOTUNING|F32_DEFAULT|DEFAULT_FP_FUSION|MOCK_PTX_VERSION|DUMP_PTXAS_LOG)"
    r"|DISABLE_PTXAS_OPT|PTXAS_OPTIONS",
    # CUDA Programming Guide 13.4, 5.2, read in November 2026: but what says which device is the
    # first, and where files are.
    "CUDA": r"CUDA_(LAUNCH_BLOCKING|(FORCE|DISABLE)_(PTX_)?JIT|CACHE_DISABLE|DEVICE_MAX_\w+"
    r"|SCALE_LAUNCH_QUEUES|MODULE_(DATA_)?LOADING|AUTO_BOOST|DISABLE_PERF_BOOST|FORCE_PRELOAD_\w+"
    r"|GRAPHS_USE_NODE_PRIORITY|PREFER_SPINLOCKS_ON_HOST|MANAGED_FORCE_DEVICE_ALLOC"
    r"|BINARY_LOADER_THREAD_COUNT|DEVICE_WAITS_ON_EXCEPTION|DEVICE_DEFAULT_\w+)"
    r"|NVIDIA_TF32_OVERRIDE|CUBLAS_WORKSPACE_CONFIG",
    # python3.13 --help-env: what makes it check, trace, cache or import otherwise. Images of Python
    # have PYTHON_VERSION and the like, which are none of these.
    "Python": r"PYTHON(OPTIMIZE|MALLOC|MALLOCSTATS|DEVMODE|ASYNCIODEBUG|TRACEMALLOC|STARTUP|INSPECT"
    r"|PROFILEIMPORTTIME|DUMPREFS|FAULTHANDLER|VERBOSE|DEBUG|HASHSEED|SAFEPATH|WARNINGS"
    r"|PERFSUPPORT|NODEBUGRANGES|DONTWRITEBYTECODE|WARNDEFAULTENCODING|BREAKPOINT"
    r"|INTMAXSTRDIGITS|_CPU_COUNT|_GIL|_JIT|_TLBC|_FROZEN_MODULES|_PERF_JIT_SUPPORT)",
}
"""What no worker sees, by library, and where the names come from: threads, compilers, simulators.

`OMP_NUM_THREADS=1` of a cluster's profile would be measured as one of several cores, and
`NUMBA_ENABLE_CUDASIM` as a GPU. Where a library may write, and finds its files, is kept."""
UNSET = re.compile("|".join(f"({names})" for names in SETTINGS.values()))
RECORDED = re.compile(
    r"CUDA_VISIBLE_DEVICES|CUDA_DEVICE_ORDER|CUDA_MPS_\w+|LD_PRELOAD|MALLOC_\w+|GLIBC_TUNABLES"
    r"|PYTHONPATH|NCCL_\w+|GLOO_SOCKET_IFNAME|CUPY_COMPILE_WITH_PTX|NVCC_(APPEND|PREPEND)_FLAGS|PYCUDA_DEFAULT_NVCC_FLAGS"
    r"|WGPU_BACKEND_TYPE|VK_(ICD_FILENAMES|DRIVER_FILES|ADD_DRIVER_FILES)"
)
"""What a machine needs to run at all, or chooses: told in the record by name, not by value.

A value may hold a path, or the number that a GPU was made with. The order of devices must be the
same here, where the GPU is described, and in the workers."""
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
"""How the libraries are told how many threads to start."""


BOUND = {"OMP_PROC_BIND": "true"}
"""Each thread of a pool on a processor of its own, where OpenMP runs it, as under Numba.

Else the system may put two on one, where the first waits busily for the other until its slice of
time is over: a sum of microseconds takes two slices of 4 ms, for a second or for a whole process.
Only for Numba: PyTorch sees one processor under it, and has one thread."""


def clean(given: Mapping[str, str] = os.environ, library: str = "") -> dict[str, str]:
    """The environment of a worker, of a program written with that library.

    How many threads is set only in a container that may use less time than its processors have:
    libraries would start a thread for each, and wait for each other.
    """
    env = {k: v for k, v in given.items() if not UNSET.fullmatch(k)}
    cpu = machine.cpu()
    if cpu.quota:
        env |= dict.fromkeys(THREADS, str(cpu.threads))
    return env | (BOUND if library == "numba" else {})


@contextmanager
def bound() -> Iterator[None]:
    """Threads that Numba starts within are bound; what other libraries start later is not."""
    here = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None
    os.environ.update(BOUND)
    try:
        yield
    finally:
        for name in BOUND:
            del os.environ[name]
        if here and hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, here)


def unset(given: Mapping[str, str] = os.environ) -> list[str]:
    """Names of what does not reach a worker."""
    return sorted(filter(UNSET.fullmatch, given))


def settings(given: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What a record tells of them: what was set, unset, and where the program was bound to."""
    found = {one_line(k)[:100]: "set" for k in sorted(given) if RECORDED.fullmatch(k)}
    if gone := unset(given):
        found["unset"] = one_line(", ".join(gone))[:500]
    found["numba"] = ", ".join(f"{k}={v}" for k, v in BOUND.items())
    cpu = machine.cpu()
    if cpu.quota:
        found["threads"] = f"{cpu.threads}, as the container may use {cpu.quota:.3g} processors"
    here = machine.usable_threads()
    if here < (os.cpu_count() or here):
        found["affinity"] = f"{here} of {os.cpu_count()} hardware threads"
    return found
