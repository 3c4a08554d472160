"""Warp on the GPU: the kernel in Python, one thread per element."""

import numpy as np

try:
    import warp as wp
except ImportError:
    raise SystemExit("This program needs Warp: pip install warp-lang.") from None

wp.config.log_level = wp.LOG_ERROR  # no greeting
if not wp.is_cuda_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")


@wp.kernel
def saxpy(a: float, x: wp.array[float], y: wp.array[float], out: wp.array[float]):
    i = wp.tid()
    out[i] = a * x[i] + y[i]


def to_device(a, x, y):
    return float(a), wp.array(x, device="cuda"), wp.array(y, device="cuda")


def run(a, x, y):
    out = wp.empty_like(x)
    wp.launch(saxpy, dim=x.size, inputs=[a, x, y], outputs=[out], device="cuda")
    return out


def to_host(out):
    return out.numpy()


if __name__ == "__main__":
    x, y = np.random.default_rng().random((2, 1_000_000), dtype=np.float32)
    out = to_host(run(*to_device(np.float32(2), x, y)))
    print("2 *", x[:3], "+", y[:3], "=", out[:3])
