"""# gpu."""

import subprocess

import torch

x = torch.zeros(32, device="cuda")  # one warp's work
command = ["nvidia-smi", "dmon", "-s", "pum", "-c", "4"]
with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as monitor:
    while monitor.poll() is None:
        for _ in range(1000):
            x.add_(1)
        torch.cuda.synchronize()
    print(monitor.stdout.read())
