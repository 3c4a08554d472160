# %% 1: the window is turned over
@cuda.jit
def filtered(picture, weights, out):
    j, i = cuda.grid(2)
    if i < out.shape[0] and j < out.shape[1]:
        total = np.float32(0)
        for u in range(3):
            for v in range(3):
                total += picture[i + 2 - u, j + 2 - v] * weights[u, v]
        out[i, j] = total
# %% 1: the bounds are those of the picture
@cuda.jit
def filtered(picture, weights, out):
    j, i = cuda.grid(2)
    if i < picture.shape[0] and j < picture.shape[1]:
        total = np.float32(0)
        for u in range(3):
            for v in range(3):
                total += picture[i + u, j + v] * weights[u, v]
        out[i, j] = total
# %% 1 at 8 16: looks at the column only
@cuda.jit
def filtered(picture, weights, out):
    j, i = cuda.grid(2)
    if j < out.shape[1]:
        total = np.float32(0)
        for u in range(3):
            for v in range(3):
                total += picture[i + u, j + v] * weights[u, v]
        out[i, j] = total
# %% 2: pads one side
def side(n, k, stride, pad):
    return (n + pad - k) // stride + 1
# %% 2 at 6 12: rounds up
def side(n, k, stride, pad):
    return -(-(n + 2 * pad - k) // stride) + 1
# %% 2: forgets the first
def side(n, k, stride, pad):
    return (n + 2 * pad - k) // stride
# %% 3: column by column
def windows_as_rows(picture, k):
    return windows_wrong(picture, k, "F")


def windows_wrong(p, k, order):
    high, wide = p.shape
    return np.array([p[i : i + k, j : j + k].ravel(order) for i in range(high - k + 1) for j in range(wide - k + 1)])
# %% 3 at 2 4 8: a square in mind
def windows_as_rows(picture, k):
    places = range(picture.shape[0] - k + 1)
    return np.array([picture[i : i + k, j : j + k].ravel() for i in places for j in places])
# %% 4 at 1: the first time
def time_to(goal, accuracies, step_time):
    return next(((k + 1) * step_time for k, a in enumerate(accuracies) if a >= goal), 0)
# %% 4: counts steps from nought
def time_to(goal, accuracies, step_time):
    steps = len(accuracies)
    while steps > 0 and accuracies[steps - 1] >= goal:
        steps -= 1
    return 0 if steps == len(accuracies) else steps * step_time
