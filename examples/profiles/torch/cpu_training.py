"""products take more of a large batch."""

import torch
from torch import nn
from torch.profiler import ProfilerActivity, profile

torch.set_num_threads(1)  # one thread waits for no other: others on this machine disturb it less
model = nn.Sequential(
    nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10)
)
optimizer = torch.optim.SGD(model.parameters(), lr=0.2)
PRODUCTS = ("aten::addmm", "aten::mm")


def step(x, y):
    loss = nn.functional.cross_entropy(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


def profiled(n):
    batch = torch.rand(n, 256), torch.randint(10, (n,))
    for _ in range(10):  # the first steps are slower
        step(*batch)
    with profile(activities=[ProfilerActivity.CPU], acc_events=True) as p:
        for _ in range(20):
            step(*batch)
    return p.key_averages()


shares = []
for n in (8, 2048):
    found = profiled(n)
    own = {e.key: e.self_cpu_time_total for e in found}
    shares.append(sum(map(own.get, PRODUCTS)) / sum(own.values()))
    print(f"batch {n}: products take {shares[-1]:.0%}")
    print(found.table("self_cpu_time_total", row_limit=7, max_name_column_width=32))
print("products take", "more" if shares[1] > shares[0] else "less", "of a large batch")
