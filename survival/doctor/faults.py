"""What the messages of libraries, driver and containers mean, and the one next step for each."""

import re

FAULTS = (
    # From the bottom up: card, driver, container, then the libraries.
    ("fallen off the bus|Xid.{0,30}\\b79\\b|GPU is lost",
     "power, heat and seat of the card first; `nvidia-smi -lgc 300,1500` keeps it from boosting"),
    ("uncorrectable ECC|Xid.{0,30}\\b(?:48|63|64|94)\\b|Row Remapper",
     "`nvidia-smi -q -d ECC,ROW_REMAPPER`; reset the GPU, and have it replaced if it comes back"),
    ("Driver/library version mismatch|NVML/RM version mismatch",
     "restart the computer: the driver's files are newer than its module in the kernel"),
    ("couldn.t communicate with the NVIDIA driver",
     "`lsmod | grep nvidia`: if nothing is loaded, install the driver again for this kernel"),
    ("Failed to initialize NVML: Unknown Error",
     "start the container again; so that it does not come back, use CDI or cgroupfs"),
    ("NVML: Insufficient Permissions",
     "SELinux forbids it: `--security-opt=label=disable`, or a policy of your own"),
    ("could not select device driver|discover GPU vendor from CDI|AMD CDI spec not found",
     "install the NVIDIA Container Toolkit, restart Docker; Docker as a snap does not find it"),
    ("Conflicting values set for option Signed-By",
     "delete the older of the two entries for that address in `/etc/apt/sources.list` and "
     "`sources.list.d`"),
    ("nvidia-smi: command not found",
     "in WSL call `/usr/lib/wsl/lib/nvidia-smi`; elsewhere install the driver, with its tools"),
    ("CUDA unknown error",
     "`sudo modprobe -r nvidia_uvm && sudo modprobe nvidia_uvm`, or restart the computer"),
    ("InsufficientDriver|driver version is insufficient|driver on your system is too old",
     "`nvidia-smi` first: if it fails, there is no driver at all; if `ldconfig -p` lists no "
     "`libcuda.so.1`, a container lacks `NVIDIA_DRIVER_CAPABILITIES=compute,utility`; else a newer "
     "driver, or the package for an older CUDA"),
    ("Found no NVIDIA driver|driver library cannot be found|libcuda\\.so|"
     "NVIDIA driver library|failed call to cuInit",
     "`nvidia-smi` first: install the driver, or start the container with `--gpus all`; if it "
     "works in the container, add `NVIDIA_DRIVER_CAPABILITIES=compute,utility`"),
    ("Could not find cuda drivers",  # and has looked for libcudart, not for a driver
     "`nvidia-smi` first: if it lists a GPU, `pip install 'tensorflow[and-cuda]'`, which brings "
     "CUDA's libraries"),
    ("NO_?DEVICE|NoDevice|no CUDA-capable device",
     "check that `CUDA_VISIBLE_DEVICES` is unset, or names a GPU, and, outside WSL, that "
     "`/proc/driver/nvidia/version` is there; in WSL remove a Linux driver"),
    ("invalid device ordinal", "ask for a GPU that is there: `nvidia-smi -L` lists them"),
    ("fraction limit", "raise the share that the program gave itself, or take less"),
    ("Bus error|out of shared memory",
     "`df -h /dev/shm`: start the container with a larger `--shm-size`, or `--ipc=host`"),
    ("DefaultCPUAllocator|DataLoader worker|^Killed",
     "this is the computer's memory, not the GPU's: `free -h`; in a container its own limits"),
    ("[Oo]ut ?[Oo]f ?[Mm]emory|CUBLAS_STATUS_ALLOC_FAILED",
     "`nvidia-smi` lists who uses the GPU's memory"),
    ("no kernel image|invalid value for --gpu-architecture|not compatible with the current",
     "this package is not made for a GPU of this generation: take one for an older, or a newer, "
     "CUDA"),
    ("UNSUPPORTED_PTX|UnsupportedPtx|unsupported toolchain|Unsupported \\.version",
     "a newer driver, or the compiler's package of the driver's CUDA version"),
    ("some GPU libraries|registering GPU devices",
     "`pip install 'tensorflow[and-cuda]'` in a fresh environment; if that is what you have, unset "
     "`LD_LIBRARY_PATH`"),
    ("nvJitLink|CuDNN library|Outdated cuDNN",
     "`unset LD_LIBRARY_PATH`, and try again: libraries of another CUDA came first"),
    ("compiled with CUDA enabled",
     "install the build for CUDA, with the command on PyTorch's page"),
    ("multiple CuPy packages", "uninstall all of them, then install only one"),
    ("libnvrtc|load builtins|vector_types|cuda_fp16|__half_raw",
     "`pip install --force-reinstall 'cupy-cuda12x[ctk]'`, or `cupy-cuda13x[ctk]`: it brings "
     "CUDA's compiler and headers"),
    ("fp8_e8m0", "unset `CUDA_PATH`, so that the compiler meets headers of its own version"),
    ("nvcc not in path|cuda\\.h: No such file|nvcc preprocessing",
     "install the CUDA toolkit and a C++ compiler, and put both on the PATH"),
    ("PJRT API version|installed jaxlib version",
     "install JAX and its plugin together: `pip install -U 'jax[cuda13]'`, or `[cuda12]`"),
    ("CpuDevice|Unknown backend: 'gpu'",
     "`pip install -U 'jax[cuda13]'`, or `[cuda12]`: JAX alone computes on the CPU"),
)  # fmt: skip
"""A pattern for a message, and the step. The first that matches counts; the page on errors has all
of them with their causes."""


def step(message: str, otherwise: str = "") -> str:
    """The next step after a message."""
    return next((step for said, step in FAULTS if re.search(said, message)), otherwise)
