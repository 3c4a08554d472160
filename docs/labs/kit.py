# @title The kit: run this cell first, then leave it folded (it is the same in every lab)
import copy
import ctypes
import importlib.metadata
import importlib.util
import inspect
import linecache
import os
import platform
import re
import subprocess
import sys
import threading
import time
import traceback
from collections import defaultdict


def missing(shell, kind, error, trace, tb_offset=None):
    """In a notebook: one sentence where a cell uses what is not there, in place of a traceback."""
    *_, (frame, _) = traceback.walk_tb(trace)
    if frame.f_code.co_name != "<module>" and kind is NameError:
        shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
    elif kind is NameError:
        print(f"Not yet: {error.name} is not defined. Run the cell that defines it, or all above.")
    else:
        what = error.name.partition(".")[0]
        print(f"Not yet: {what} is missing. In a terminal: pip install {what}; run from the top.")


if "get_ipython" in globals():
    globals()["get_ipython"]().set_custom_exc((NameError, ModuleNotFoundError), missing)


def install(*wheels):
    print(f"Installing {' and '.join(wheels)} ...")
    command = [sys.executable, "-m", "pip", "install", "--quiet", *wheels]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        why = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        named = " ".join(f"'{w}'" for w in wheels)
        print(f"That failed ({why}). In a terminal: pip install {named}; then run this again.")
    importlib.invalidate_caches()


try:
    import numpy as np
except ImportError:
    install("numpy")
    import numpy as np

verdicts = []  # what each check has said, in order
failed = []  # the last arguments with which an answer was wrong


def say(right, sentence, word="Right"):
    verdicts.append((right, sentence))
    print(f"{word if right else 'Not yet'}: {sentence}")


# Where am I?


def ask(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=30).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return ""


def version(name):
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""


def where_am_i(kernels=False):
    """Say what is here and what this lab will use; install what it lacks, and nothing else."""
    listed = ask("nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader")
    gpu = listed.splitlines()[0].split(", ") if re.search(r", \d", listed) else []
    cuda = re.search(r"CUDA Version: *(\d+)\.\d+", ask("nvidia-smi")) if gpu else None
    if gpu:
        takes = f", which runs programs up to {cuda[0].replace(' Version:', '')}" if cuda else ""
        print(f"GPU: {gpu[0]}, driver {gpu[1]}{takes}.")
    else:
        print("GPU: none that CUDA can use. This lab works without one.")
    if kernels and not gpu:
        os.environ["NUMBA_ENABLE_CUDASIM"] = "1"
    for what in ("LOW_OCCUPANCY_WARNINGS", "WARN_ON_IMPLICIT_COPY"):
        os.environ[f"NUMBA_CUDA_{what}"] = "0"  # true of every small test, and no news
    if kernels and importlib.util.find_spec("numba") is None:
        install("numba")
    if kernels and gpu and not version("numba-cuda"):
        install(f"numba-cuda[cu{cuda[1] if cuda else 12}]", "numpy<2.5")
    names = ("numpy", "numba", "numba-cuda", "cupy-cuda12x", "cupy-cuda13x", "torch")
    there = [f"{name} {version(name)}" for name in names if version(name)]
    print(f"Libraries: Python {platform.python_version()}, {', '.join(there)}.")
    if not kernels:
        print("This lab uses: Python and NumPy, on the CPU.")
    elif gpu:
        print("This lab uses: the GPU to run your kernels, and Numba's simulator to count.")
    else:
        print("This lab uses: Numba's CUDA simulator, which plays a GPU in plain Python, slowly.")
        numba = sys.modules.get("numba")
        if numba and not numba.config.ENABLE_CUDASIM:
            print("Numba was loaded before its simulator was chosen: restart, run from the top.")
    if gpu:
        return
    if "google.colab" in sys.modules or "COLAB_RELEASE_TAG" in os.environ:
        print("To get a GPU: Runtime, Change runtime type, choose a GPU, Save; run from the top.")
    elif "KAGGLE_KERNEL_RUN_TYPE" in os.environ:
        print("To get a GPU: Settings, Accelerator, choose a GPU; run from the top.")
    else:
        print("To get a GPU, for later: open this notebook in Colab, Kaggle or molab.")


# Checking


def numbers(*shape, seed=0):
    """Random numbers between 0 and 1, float32."""
    return np.random.default_rng([seed, *shape]).random(shape, dtype=np.float32)


def at_sizes(sizes):
    return sorted(sizes)


def in_words(shape):
    return f"an array of {' x '.join(map(str, shape))}" if shape else "a number"


def shown(value):
    if isinstance(value, np.generic) or (isinstance(value, np.ndarray) and not value.ndim):
        return shown(value.item())
    if isinstance(value, np.ndarray) and value.size > 4:
        return in_words(value.shape)
    if isinstance(value, (list, tuple)) and len(value) > 6:
        return f"a {type(value).__name__} of {len(value)}"
    if isinstance(value, (list, tuple, np.ndarray)):
        comma = "," if isinstance(value, tuple) and len(value) == 1 else ""
        inside = ", ".join(map(shown, value)) + comma
        return f"({inside})" if isinstance(value, tuple) else f"[{inside}]"
    if isinstance(value, dict) and len(value) <= 6:
        return f"{{{', '.join(f'{k!r}: {shown(v)}' for k, v in value.items())}}}"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, str) and len(value) > 60:
        return f"a text of {len(value)} letters"
    if value is None or isinstance(value, (bool, int, complex, str, bytes, type(...))):
        return repr(value)
    if callable(value) and hasattr(value, "__name__"):
        return f"the function {value.__name__}"
    what = type(value).__name__
    return f"{'an' if what[0] in 'aeiouAEIOU' else 'a'} {what}"


def difference(got, want, tolerance):
    """In words, where `got` is not what it should be; empty if it is right.

    A dictionary has, for each thing that is compared, words to put before what is wrong with it.
    """
    if got is Ellipsis:
        return "there is no answer yet: put yours in place of the dots"
    if got is None:
        return "it returns nothing: end it with return and its result"
    if isinstance(want, dict):
        parts = ((what, difference(got[what], right, tolerance)) for what, right in want.items())
        return next((f"{what}{wrong}" for what, wrong in parts if wrong), "")
    right = np.asarray(want)
    wanted = in_words(right.shape)
    try:
        mine = np.asarray(got)
        if np.asarray(mine + 0).dtype == object:
            mine = mine.astype(float)
        if mine.shape != right.shape:
            came = shown(got) if not mine.ndim else in_words(mine.shape)
            return f"{came} came out, and {wanted} is right"
        close = np.isclose(mine, right, rtol=tolerance, atol=tolerance)
    except TypeError:
        return f"{shown(got)} came out, and {wanted} is right"
    except ValueError:
        return f"{shown(got)} with parts of different sizes came out, and {wanted} is right"
    if close.all():
        return ""
    at = tuple(map(int, np.argwhere(~close)[0]))
    was, is_right = mine[at].item(), right[at].item()
    if shown(was) != shown(is_right):
        was, is_right = shown(was), shown(is_right)
    place = f"element [{', '.join(map(str, at))}] is {was}" if at else f"{was} came out"
    return f"{place}, and {is_right} is right"


class TooLong(BaseException):
    pass


def within(limit, function, given):
    """Call a function, and stop it with TooLong after `limit` seconds: a loop may have no end."""
    stop = ctypes.pythonapi.PyThreadState_SetAsyncExc
    me = ctypes.c_ulong(threading.get_ident())
    timer = threading.Timer(limit, stop, (me, ctypes.py_object(TooLong)))
    timer.daemon = True
    timer.start()
    try:
        return function(*given)
    finally:
        timer.cancel()


def told(error, function):
    """An exception in one line: where in the reader's cell, which, and its first words."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    lines = [line for frame, line in traceback.walk_tb(error.__traceback__)
             if code and frame.f_code.co_filename == code.co_filename]  # fmt: skip
    where = ""
    if lines:
        text = linecache.getline(code.co_filename, lines[-1]).strip()
        where = f" in line {lines[-1]} of its cell{text and f' ({text})'}"
    said = first_line(error)
    return f"stops{where} with {type(error).__name__}{said and ': ' + said.rstrip('.')}."


def first_line(error):
    """What an error says, without what the simulator and the kit put into it."""
    where = r"(\W?)tid=\[.*?\] ctaid=\[.*?\](?:: )?(.*?)\1"
    if found := re.fullmatch(where, said := str(error), re.DOTALL):
        said = found[2]
    lines = [line.strip() for line in said.replace("Watched", "array").splitlines()]
    return next((line for line in lines if line and "Failed in" not in line), "")


def through(function, run):
    """`run`, which calls the reader's function in its own way, under that function's name."""
    if not callable(function):
        return function
    run.__name__, run.__wrapped__ = getattr(function, "__name__", "it"), function
    return run


def check(
    function, reference, inputs=lambda n: (n,), sizes=(1, 7, 31, 33, 100), tolerance=1e-5,
    dtype=None, limit=10,
):  # fmt: skip
    """Hold a function against the reference, the smallest case first."""
    if not callable(function):
        return say(False, f"{shown(function)} stands where a function should: begin it with def.")
    name = getattr(function, "__name__", "it").replace("<lambda>", "your function")
    for n in at_sizes(sizes):
        given = inputs(n)
        want = reference(*copy.deepcopy(given))
        handed = ", ".join(map(shown, given))
        call = f"{name}, tried with {handed}," if hasattr(function, "__wrapped__") else ""
        call = call or f"{name}({handed})"
        try:
            got = within(limit, function, copy.deepcopy(given))
        except TooLong:
            return say(False, f"{call} is not done after {limit} seconds: does its loop end?")
        except (Exception, SystemExit) as error:
            return say(False, f"{call} {told(error, function)}")
        wrong = difference(got, want, tolerance)
        if "no answer yet" in wrong:
            return say(False, f"{name}: {wrong}.")
        if not wrong and dtype and np.asarray(got).dtype != dtype:
            wrong = f"the dtype is {np.asarray(got).dtype}, and {np.dtype(dtype)} is right"
        if wrong:
            failed[:] = copy.deepcopy(given)
            hidden = " of " in call and globals().get(name) is function
            look = f" Look at it: {name}(*failed)" if hidden else ""
            return say(False, f"{call.rstrip(',')}: {wrong}.{look}")
    say(True, f"{name} agrees with the reference in all {len(at_sizes(sizes))} cases.")


def compare(guess, found, unit=""):
    """Put a prediction beside what came out. A prediction cannot be wrong, only surprised."""
    if guess is Ellipsis:
        return say(False, "put a number in place of the dots: your prediction.")
    if not isinstance(guess, (int, float, np.number)) or guess is True or guess != guess:
        return say(False, f"{shown(guess)} is no number: write one, such as 12 or 0.5.")
    said, came = (f"{n:,.0f}" if 100 <= abs(n) < 1e15 else f"{n:.3g}" for n in (guess, found))
    both = f"you said {said}{unit}, and it is {came}{unit}."
    if abs(guess - found) <= 0.1 * abs(found):
        return say(True, both)
    say(True, f"{both} Find out why before you go on.", word="A surprise")


def seconds(function, *arguments):
    """The median time of a call, after one that is not counted."""
    function(*arguments)
    took = []
    while len(took) < 3 or (sum(took) < 0.05 and len(took) < 1000):
        begin = time.perf_counter()
        function(*arguments)
        took.append(time.perf_counter() - begin)
    return sorted(took)[len(took) // 2]


# Kernels: who touched what


class Fault(Exception):
    pass


class Watched:
    """An array that writes down which thread touched which element, from which instruction."""

    def __init__(self, name, array, shared=False):
        self.name, self.array, self.shared = name, array, shared
        self.shape, self.size = array.shape, array.size
        self.dtype, self.ndim = array.dtype, array.ndim
        self.touched = []

    def __len__(self):
        return len(self.array)

    def note(self, index, kind):
        frame, together = sys._getframe(2), False
        while frame.f_code.co_filename.endswith("kernelapi.py"):
            frame, kind = frame.f_back, "atomic" if kind == "store" else kind
            together = True
        index = index if isinstance(index, tuple) else (index,)
        place = re.sub(r"slice\((\w+), (\w+), \w+\)", r"\1:\2", ", ".join(map(str, index)))
        place = place.replace("None", "")
        verb = "reads" if kind == "load" else "writes"
        me = threading.current_thread()
        who = f"thread {me.thread_id} of block {me.blockIdx.x}"
        if len(index) != self.ndim or not all(isinstance(i, (int, np.integer)) for i in index):
            what = "one whole number" if self.ndim == 1 else f"{self.ndim} whole numbers"
            raise Fault(f"{who} {verb} {self.name}[{place}]: an element of it is named by {what}")
        if not all(0 <= i < n for i, n in zip(index, self.shape, strict=True)):
            size = " x ".join(map(str, self.shape))
            raise Fault(f"{who} {verb} {self.name}[{place}], outside an array of {size}")
        at = int(np.ravel_multi_index(index, self.shape))
        block = (me.blockIdx.x, me.blockIdx.y)
        spot = (kind, frame.f_lasti)
        visits = vars(me).setdefault("visits", defaultdict(int))
        visits[self.name, spot] += 1
        turn = visits[self.name, spot]
        if kind == "load" and together:
            return  # the reading half of an atomic: its writing half is noted
        self.touched.append((at, kind, block, me.thread_id, getattr(me, "epoch", 0), spot, turn))

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def __getitem__(self, index):
        self.note(index, "load")
        return self.array[index]

    def __setitem__(self, index, value):
        self.note(index, "store")
        self.array[index] = value

    def race(self):
        """In words, two threads of which nobody knows who comes first; empty if there are none."""
        by_element = defaultdict(list)
        for at, kind, block, thread, epoch, _, _ in self.touched:
            by_element[at].append((kind, block, thread, epoch))
        for at, all_of_it in by_element.items():
            for kind, block, thread, epoch in all_of_it:
                if kind == "load":
                    continue
                for other, its_block, its_thread, its_epoch in all_of_it:
                    if (block, thread) == (its_block, its_thread) or kind == other == "atomic":
                        continue
                    if block != its_block or epoch == its_epoch:
                        also = "read" if other == "load" else "write"
                        place = ", ".join(str(int(i)) for i in np.unravel_index(at, self.shape))
                        mine = f"thread {thread} of block {block[0]} writes {self.name}[{place}]"
                        its = f"thread {its_thread} of block {its_block[0]}"
                        return f"{mine}, which {its} may {also} at the same time"
        return ""

    def requests(self, kind):
        """The elements that the threads of a warp touch with one instruction, for each request."""
        found = defaultdict(list)
        for at, how, block, thread, _, spot, turn in self.touched:
            if how == kind:
                found[block, thread // 32, spot, turn].append(at)
        return list(found.values())


def simulate(kernel, blocks, threads, arguments):
    """Run a kernel in Numba's simulator: the arrays as they were watched, and what was counted."""
    from numba.cuda.simulator import kernel as machine
    from numba.cuda.simulator import kernelapi

    function = getattr(kernel, "py_func", kernel)
    names = function.__code__.co_varnames
    watched = [
        Watched(names[k], a) if isinstance(a, np.ndarray) else a for k, a in enumerate(arguments)
    ]
    arrays = [a for a in watched if isinstance(a, Watched)]
    ran, endless = {}, []

    def shared_array(self, shape, dtype, alignment=None):
        me = threading.current_thread()
        which = (sys._getframe(1).f_lineno, me.blockIdx.x, me.blockIdx.y)
        if which not in self._allocations:
            kind = np.dtype(dtype if isinstance(dtype, type) else str(dtype))
            filled = np.full(shape, poison(kind), kind)
            mine = self._allocations.setdefault(which, Watched("shared", filled, shared=True))
            if mine.array is filled:
                arrays.append(mine)
        return self._allocations[which]

    def barrier(self):
        self.epoch = getattr(self, "epoch", 0) + 1
        plain_barrier(self)

    def trace(frame, event, arg):
        if frame.f_code.co_filename != function.__code__.co_filename:
            return None
        me = threading.current_thread()
        if not hasattr(me, "thread_id"):
            return None
        lines = vars(me).setdefault("lines", defaultdict(int))
        ran[(me.blockIdx.x, me.blockIdx.y), me.thread_id] = me

        def line(frame, event, arg):
            if event == "line":
                lines[frame.f_lineno] += 1
                if endless:
                    raise Fault(endless[0])
                if lines[frame.f_lineno] > 2_000:
                    which = f"thread {me.thread_id} of block {me.blockIdx.x}"
                    endless.append(f"{which} does not come to an end")
                    raise Fault(endless[0])
            return line

        return line

    plain_array, plain_barrier = kernelapi.FakeCUDAShared.array, machine.BlockThread.syncthreads
    kernelapi.FakeCUDAShared.array, machine.BlockThread.syncthreads = shared_array, barrier
    before = threading.gettrace() if hasattr(threading, "gettrace") else None
    pause = sys.getswitchinterval()
    sys.setswitchinterval(1e-3)  # one thread asks all others again and again whether they wait
    threading.settrace(trace)
    try:
        machine.FakeCUDAKernel(function, device=False)[blocks, threads](*watched)
    finally:
        threading.settrace(before)
        sys.setswitchinterval(pause)
        kernelapi.FakeCUDAShared.array = plain_array
        machine.BlockThread.syncthreads = plain_barrier
    barriers = defaultdict(set)
    for (block, _), thread in ran.items():
        barriers[block].add(getattr(thread, "epoch", 0))
    if any(len(passed) > 1 for passed in barriers.values()):
        raise Fault("not all threads of a block come to the same cuda.syncthreads()")
    for array in arrays:
        if race := array.race():
            raise Fault(race)
    return watched, counted(arrays, ran)


def counted(arrays, ran):
    """Per request of a warp to global memory, to shared memory, and per step of a warp."""
    outside = [a for a in arrays if not a.shared]
    count = {}
    for kind in ("load", "store"):
        sectors = [
            len({at * a.dtype.itemsize // 32 for at in request})
            for a in outside
            for request in a.requests(kind)
        ]
        count[f"sectors per {kind}"] = sum(sectors) / len(sectors) if sectors else 0
        count[f"{kind}s"] = sum(t[1] == kind for a in outside for t in a.touched)
    count["atomics"] = sum(t[1] == "atomic" for a in outside for t in a.touched)
    conflicts = 0
    for a in arrays:
        for request in a.requests("load") + a.requests("store") if a.shared else []:
            words = {at * a.dtype.itemsize // 4 for at in request}
            conflicts += max(np.bincount([word % 32 for word in words])) - 1
    count["bank conflicts"] = int(conflicts)
    warps = defaultdict(list)
    for (block, thread), me in ran.items():
        warps[block, thread // 32].append(me.lines)
    steps = waited = 0
    for lanes in warps.values():
        for line in set().union(*lanes):
            most = max(lane[line] for lane in lanes)
            steps += most * len(lanes)
            waited += sum(most - lane[line] for lane in lanes)
    count["% waited"] = 100 * waited / max(steps, 1)
    return count


def tally(count):
    said = [f"{count[f'sectors per {k}']:.1f} sectors for each {k}" for k in ("load", "store")]
    said.append(f"{count['bank conflicts'] or 'no'} bank conflicts")
    said.append(f"threads waited in {count['% waited']:.0f} % of their steps")
    if count["atomics"]:
        said.append(f"{count['atomics']} atomic additions in global memory")
    return ", ".join(said)


def poison(dtype):
    return np.nan if np.dtype(dtype).kind == "f" else -(2**30)


def check_kernel(
    kernel, inputs, out, reference, threads=32, blocks=None, sizes=(1, 31, 33, 100), start=None,
    at_most=(), dtype=np.float32, tolerance=1e-5,
):  # fmt: skip
    """Run a kernel over outputs that are poisoned, hold them against the reference, and count.

    `inputs` gives its arguments for a size, `out` the shape of what it writes, `start` what that is
    filled with, `at_most` what it may be counted with at the largest size.
    """
    if "cuda" not in type(kernel).__module__:
        what = f"{shown(kernel)} is no kernel: put @cuda.jit above the line with its def"
        return say(False, f"{what}, and run both cells again.")
    name, function = kernel.__name__, kernel.py_func
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    real = "simulator" not in type(kernel).__module__
    per_block = int(np.prod(threads))
    count = {}
    for n in at_sizes(sizes):
        given = inputs(n)
        want = np.asarray(reference(*given))
        grid = blocks(n) if blocks else -(-n // per_block)
        filled = poison(dtype) if start is None else start
        full = np.full(out(n), filled, dtype)
        if len(names) != len(given) + 1:
            what = f"{name} takes {len(names)} arguments, and is given {len(given) + 1}"
            return say(False, f"{what}: put its line with def back as it was.")
        sized = [a.shape if isinstance(a, np.ndarray) else a for a in (*given, full)]
        sized = [" x ".join(map(str, a)) if isinstance(a, tuple) else shown(a) for a in sized]
        where = f"{name} ({', '.join(f'{k}: {a}' for k, a in zip(names, sized, strict=True))})"
        copies = [g.copy() if isinstance(g, np.ndarray) else g for g in given]
        try:
            watched, count = simulate(kernel, grid, threads, [*copies, full])
            result, target = watched[-1].array, watched[-1].name
            if not any(kind != "load" for _, kind, *_ in watched[-1].touched):
                return say(False, f"{where} writes nothing into {target}, its last argument.")
            if real:
                result = np.full_like(full, filled)
                kernel[grid, threads](*given, result)
        except Fault as fault:
            return say(False, f"{where}: {first_line(fault)}.")
        except Exception as error:
            return say(False, f"{where} {told(error, kernel)}")
        untouched = np.isnan(result) if result.dtype.kind == "f" else result == filled
        if start is None and untouched.any():
            place = ", ".join(str(int(i)) for i in np.argwhere(untouched)[0])
            what = f"{target}[{place}] unwritten, or makes it from what nobody has written"
            return say(False, f"{where} leaves {what}.")
        if wrong := difference(result, want, tolerance):
            return say(False, f"{where}: {wrong}.".replace("element [", f"{target}["))
    for what, limit in dict(at_most).items():
        if count[what] > limit:
            much = f"{count[what]:.1f}".removesuffix(".0")
            what = what.replace(" per ", " for each ")
            return say(False, f"{where} is right, but has {much} {what}, where {limit} will do.")
    ran = "run on the GPU, counted in Numba's simulator" if real else "in Numba's simulator"
    tried = f"all {len(at_sizes(sizes))} sizes, {ran}"
    last = f"Counted at the last, {where.partition(' ')[2]}: {tally(count)}"
    say(True, f"{name} is right at {tried}. {last}.")
