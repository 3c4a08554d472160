"""CuPy: the same lines as NumPy. Windows become columns, cuBLAS multiplies, in float32."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")


def to_device(picture, weights):
    return cp.asarray(picture), cp.asarray(weights)


def run(picture, weights):
    channels, height, width = picture.shape
    padded = cp.pad(picture, ((0, 0), (1, 1), (1, 1)))
    shifted = [padded[:, i : i + height, j : j + width] for i in range(3) for j in range(3)]
    columns = cp.stack(shifted, axis=1).reshape(channels * 9, height * width)
    return (weights.reshape(-1, channels * 9) @ columns).reshape(-1, height, width)


def to_host(result):
    return cp.asnumpy(result)


if __name__ == "__main__":
    picture = np.float32([[[0, 0, 0, 0, 1, 1, 1, 1]] * 5])  # dark on the left, bright on the right
    edge = np.float32([[[[-1, 0, 1]] * 3]])
    print(to_host(run(*to_device(picture, edge)))[0])
