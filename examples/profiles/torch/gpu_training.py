"""Self CUDA time total."""

import torch
from torch import nn
from torch.profiler import ProfilerActivity, profile

model = nn.Sequential(
    nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10)
).cuda()
optimizer = torch.optim.SGD(model.parameters(), lr=0.2)
x, y = torch.rand(8, 256, device="cuda"), torch.randint(10, (8,), device="cuda")


def step():
    loss = nn.functional.cross_entropy(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


for _ in range(10):
    step()
torch.cuda.synchronize()
with profile(activities=[ProfilerActivity.CPU, ProfilerActivity.CUDA], acc_events=True) as p:
    for _ in range(20):
        step()
    torch.cuda.synchronize()
print(p.key_averages().table("self_cpu_time_total", row_limit=10, max_name_column_width=32))
