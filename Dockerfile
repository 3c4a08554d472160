# A fresh machine with CUDA 12 for `make container-capture`: what gpu.yml runs, and anyone with an
# NVIDIA GPU, Docker and the NVIDIA container toolkit can run as well.
FROM nvidia/cuda:12.9.1-devel-ubuntu24.04

RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \
        g++ git make python3 python3-dev python3-venv \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /guide
# First what changes seldom, so that a new chapter does not install everything again.
COPY Makefile requirements*.txt ./
RUN make .venv/.installed-gpu && make frameworks WITH_GPU=-gpu

COPY . .
CMD ["sh", "-c", "make test-gpu && make capture"]
