"""between the operators."""

import json
import tempfile
from collections import Counter
from pathlib import Path

import torch
from torch import nn
from torch.profiler import ProfilerActivity, profile

torch.set_num_threads(1)  # one thread waits for no other: others on this machine disturb it less
model = nn.Sequential(nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 10))
optimizer = torch.optim.SGD(model.parameters(), lr=0.2)
x, y = torch.rand(8, 256), torch.randint(10, (8,))


def step():
    loss = nn.functional.cross_entropy(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


for _ in range(10):
    step()
with profile(activities=[ProfilerActivity.CPU], acc_events=True) as p:
    for _ in range(20):
        step()
with tempfile.TemporaryDirectory() as folder:
    p.export_chrome_trace(f"{folder}/trace.json")
    text = Path(folder, "trace.json").read_text(encoding="utf-8")
    events = json.loads(text)["traceEvents"]
print(*(f"{n:5} {what}" for what, n in Counter(e.get("cat") for e in events).most_common(3)))
spans = sorted((e["ts"], e["ts"] + e["dur"]) for e in events if e.get("cat") == "cpu_op")
busy, end = 0, spans[0][0]
for start, stop in spans:  # one operator calls others: count each moment once
    busy += max(0, stop - max(start, end))
    end = max(end, stop)
share = busy / (end - spans[0][0])
print(f"in an operator {share:.0%}\nbetween the operators: {1 - share:.0%}")
