"""PyTorch, two processes: each trains on half of the batch, gloo averages their gradients."""

import marshal
import pickle
import subprocess
import sys

import numpy as np

try:
    import torch
except ImportError:
    raise SystemExit("This program needs PyTorch: pip install torch (see chapter 3).") from None


def one(rank, port):  # both processes run this; a program of your own is started by torchrun
    torch.set_num_threads(max(1, torch.get_num_threads() // 2))
    store = torch.distributed.TCPStore("127.0.0.1", port)
    torch.distributed.init_process_group("gloo", store=store, rank=rank, world_size=2)
    nn = torch.nn
    model = nn.Sequential(
        nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10)
    )
    parallel = nn.parallel.DistributedDataParallel(model)  # backward() averages the gradients
    cross_entropy = nn.CrossEntropyLoss()
    while sys.stdin.buffer.peek(1):  # until the other end is closed
        if message := pickle.load(sys.stdin.buffer):
            rate, pictures, labels, *start = message
            continue
        model.load_state_dict(dict(zip(model.state_dict(), start, strict=True)))
        optimizer = torch.optim.SGD(model.parameters(), lr=rate)
        losses = []
        for x, y in zip(pictures, labels, strict=True):
            loss = cross_entropy(parallel(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.detach())
        with torch.no_grad():
            losses.append(cross_entropy(model(x), y))
        losses = torch.stack(losses) / 2
        torch.distributed.all_reduce(losses)  # of this half and of the other
        pickle.dump(losses.numpy(), sys.stdout.buffer)
        sys.stdout.flush()
    torch.distributed.destroy_process_group()


def start(rank):  # a fresh interpreter that is given one()
    code = f"marshal.loads({marshal.dumps(one.__code__)}), globals()"
    code = f"import marshal, pickle, sys, torch, types; types.FunctionType({code})"
    code = f"{code}({rank}, {store.port})"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    return subprocess.Popen([sys.executable, "-c", code], **pipes)


store = torch.distributed.TCPStore("127.0.0.1", 0, is_master=True, wait_for_workers=False)
processes = [start(0), start(1)]


def tell(process, message):
    pickle.dump(message, process.stdin)
    process.stdin.flush()


def to_device(pictures, labels, rate, *weights):  # each process gets its half, and keeps it
    model = [torch.from_numpy(w.T.copy()) for w in weights]  # a Linear keeps a row per output
    x, y = torch.from_numpy(pictures), torch.from_numpy(labels)
    for process, a, b in zip(processes, x.chunk(2, 1), y.chunk(2, 1), strict=True):
        tell(process, (rate, a.clone(), b.clone(), *model))
    return ()


def run():
    for process in processes:
        tell(process, None)
    return [pickle.load(process.stdout) for process in processes]


def to_host(losses):
    return losses[0]


if __name__ == "__main__":
    rng = np.random.default_rng(1)
    shapes = (256, 256), 256, (256, 128), 128, (128, 10), 10
    weights = [rng.random(shape, np.float32) / 8 - 1 / 16 for shape in shapes]
    pictures, labels = np.ones((10, 2, 256), np.float32), np.ones((10, 2), int)  # always the same
    print(to_host(run(*to_device(pictures, labels, 0.2, *weights))))
