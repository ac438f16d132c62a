#!/usr/bin/env python3
"""Edge-popup by PyTorch's autograd, to hold the laboratory's own against: steps, accuracy and times.

    python3 scripts/edge-popup-reference.py steps [--out crates/training/tests/edge-popup-steps.csv]
    python3 scripts/edge-popup-reference.py spread [--out ...] [--seeds 5] [--images data/mnist]
    python3 scripts/edge-popup-reference.py epochs [--sparsity 0.1] [--epochs 6] [--of 30] [--images data/mnist]
    python3 scripts/edge-popup-reference.py bench [--out results/compare-edge-popup.csv] [--quick] [--images data/mnist]

`steps` trains every model for ten steps on weights, scores and images that are formulas of their indices, and
writes losses and samples of the trained tensors; half a minute. `spread` trains the wide 784-2508-10 network for one
epoch of MNIST from each seed and counts the test images that it gets right; 15 seconds a seed. `epochs` trains it for
longer, with the learning rates of a run of `--of` epochs, and prints what mnist-pruning-epochs.csv has. `bench` measures
milliseconds a step on one thread, before and after it `cargo bench -p training --bench edge_popup` where that is
found; about a minute without that. The convolutions of LeNet5 are frozen there, and run in every step as in the
authors' code.

A masked tensor has frozen weights and trained scores, and its lowest scores by absolute value are removed; of equal
ones those that come first. All is f32, without biases, on one thread. The script makes a virtual environment
with pinned versions (scripts/.venv/edge-popup-reference); PyTorch takes 5.4 GB, since it brings its GPU libraries.
"""

import argparse
import csv
import gzip
import math
import os
import struct
import subprocess
import sys
import time
import zlib
from pathlib import Path
from typing import NamedTuple

import environment

PINNED = ["numpy==2.4.6", "torch==2.15.0"]
environment.enter(__file__, PINNED)

import numpy as np  # found only by the Python of the virtual environment
import torch
from torch.nn import functional

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "crates/training/tests"
LINKS = 5  # r, the links of the structure for each weight
SPARSITY = 0.5
BATCH = 64
SIDE = 28  # pixels
PIXELS = SIDE * SIDE


class Architecture(NamedTuple):
    widths: list  # of the fully connected layers, inputs first
    wide: int  # width of the hidden layers of the wide model
    rate: float  # of learning


ARCHITECTURES = {
    "fc2": Architecture([784, 500, 10], 2508, 0.1),
    "fc4": Architecture([784, 500, 500, 500, 10], 1314, 0.1),
    "lenet5": Architecture([400, 120, 84, 10], 378, 0.01),
}
MODELS = ["dense", "wide", "linear", "relu"]


def fail(message):
    """One line that says what is wrong and what to do, and exit code 2."""
    print(f"error: {message}", file=sys.stderr)
    sys.exit(2)


# Masks


def by_sort(scores, removed, stable=False):
    """The mask as edge-popup is published: all scores sorted, zeros and ones scattered to where they came from.

    A stable sort removes the first of equal scores; it takes a fifth longer.
    """
    order = scores.flatten().sort(stable=stable).indices
    mask = torch.empty_like(scores)
    mask.view(-1)[order[:removed]] = 0
    mask.view(-1)[order[removed:]] = 1
    return mask


def by_selection(scores, removed):
    """The mask of the stable sort, from the lowest kept score.

    Of 2 million scores np.partition finds it 14 times as fast as torch.kthvalue and 22 times as fast as topk.
    """
    flat = scores.numpy().reshape(-1)
    threshold = np.partition(flat, removed)[removed]
    kept = flat >= threshold
    surplus = np.count_nonzero(kept) - (flat.size - removed)
    if surplus:
        kept[np.flatnonzero(flat == threshold)[:surplus]] = False
    return torch.from_numpy(kept).view_as(scores).float()


class Mask(torch.autograd.Function):
    """Ones and `removed` zeros, one for each score; backwards the gradient goes straight through."""

    @staticmethod
    def forward(context, scores, removed, find):
        return find(scores.detach(), removed)

    @staticmethod
    def backward(context, gradient):
        return gradient, None, None


# Networks: tensors by name, `fc1.weight` or `fc1.weight2` beside `fc1.scores2`


class Network:
    """Tensors, how they are masked, and their training."""

    def __init__(self, architecture, model, tensors, find_mask, variant="paper", sparsity=SPARSITY):
        self.architecture, self.model, self.sparsity = ARCHITECTURES[architecture], model, sparsity
        self.tensors, self.find_mask, self.variant = tensors, find_mask, variant
        kind = "weight" if model == "dense" else "scores"
        self.trained = {name: tensor for name, tensor in tensors.items() if kind in name}
        for tensor in self.trained.values():
            tensor.requires_grad_()
        rate = self.architecture.rate
        self.descent = torch.optim.SGD(self.trained.values(), rate, momentum=0.9, weight_decay=5e-4)

    def weights(self):
        """The weights that images meet, by name: masked where there are scores."""
        if self.model == "dense":
            return self.tensors
        ranks = [scores if self.variant == "signed" else scores.abs() for scores in self.trained.values()]
        if self.variant == "global":
            whole = self.mask(torch.cat([rank.flatten() for rank in ranks]))
            parts = whole.split([rank.numel() for rank in ranks])
            masks = [part.view_as(rank) for part, rank in zip(parts, ranks)]
        else:
            masks = [self.mask(rank) for rank in ranks]
        names = [name.replace("scores", "weight") for name in self.trained]
        return self.tensors | {name: self.tensors[name] * mask for name, mask in zip(names, masks)}

    def mask(self, ranks):
        return Mask.apply(ranks, int(self.sparsity * ranks.numel()), self.find_mask)

    def logits(self, images):
        """Logits [images, 10] of normalised images [images, 784]."""
        weights = self.weights()
        values = images
        if "conv1.weight" in weights:
            values = images.view(-1, 1, SIDE, SIDE)
            for name, padding in [("conv1.weight", 2), ("conv2.weight", 0)]:
                values = functional.conv2d(values, weights[name], padding=padding)
                values = functional.max_pool2d(functional.relu(values), 2)
            values = values.flatten(1)
        for layer in range(1, len(self.architecture.widths)):
            values = functional.relu(values) if layer > 1 else values
            if self.model in ["linear", "relu"]:
                values = (values.unsqueeze(1) * weights[f"fc{layer}.weight1"]).flatten(1)
                values = functional.relu(values) if self.model == "relu" else values
                values = values @ weights[f"fc{layer}.weight2"].T
            else:
                values = values @ weights[f"fc{layer}.weight"].T
        return values

    def step(self, images, labels):
        """One step of gradient descent; the loss before it."""
        # The authors take the cross entropy of log_softmax, which is that of the logits.
        loss = functional.cross_entropy(self.logits(images), labels)
        self.descent.zero_grad()
        loss.backward()
        self.descent.step()
        return loss.item()


def widths(architecture, model):
    first, *hidden, last = ARCHITECTURES[architecture].widths
    return [first, *(ARCHITECTURES[architecture].wide if model == "wide" else width for width in hidden), last]


# Values that are formulas of their indices


def hashed(salt, count):
    """A 32-bit number for each index below `count`."""
    x = np.arange(count, dtype=np.uint32) * np.uint32(0x9E3779B9) + np.uint32(salt * 0x85EBCA6B % 2**32)
    x ^= x >> 16
    x *= np.uint32(0x7FEB352D)
    x ^= x >> 15
    x *= np.uint32(0x846CA68B)
    return x ^ x >> 16


def formula_tensor(salt, shape, scale):
    """Entries evenly spread over [-scale, scale)."""
    centred = (hashed(salt, math.prod(shape)) >> 8) / 2**23 - 1
    return torch.from_numpy(np.float32(scale) * centred.astype(np.float32)).view(shape)


def formula_tensors(architecture, model):
    """All tensors of a network. Weights have the variance of the paper, scores the paper's range."""
    tensors = {}
    if architecture == "lenet5":
        tensors["conv1.weight"] = formula_tensor(100, (6, 1, 5, 5), math.sqrt(1 / 25))
        tensors["conv2.weight"] = formula_tensor(101, (16, 6, 5, 5), math.sqrt(1 / 150))
    sizes = widths(architecture, model)
    for layer, (inputs, outputs) in enumerate(zip(sizes, sizes[1:])):
        for place, (name, shape, square) in enumerate(layer_tensors(model, inputs, outputs)):
            tensors[f"fc{layer + 1}.{name}"] = formula_tensor(16 * layer + place, shape, math.sqrt(square))
    return tensors


def layer_tensors(model, inputs, outputs):
    """Name, shape and squared scale of the tensors of a layer."""
    if model == "dense":
        return [("weight", (outputs, inputs), 1 / inputs)]
    if model == "wide":
        return [("weight", (outputs, inputs), 6 / inputs), ("scores", (outputs, inputs), 1 / inputs)]
    first, second = (LINKS, inputs), (outputs, LINKS * inputs)
    return [
        ("weight1", first, 6),
        ("scores1", first, 2),
        ("weight2", second, 6 / inputs),
        ("scores2", second, 2 / inputs),
    ]


def normalised(pixels):
    return (torch.from_numpy(pixels.astype(np.float32)) / 255 - 0.1307) / 0.3081


def formula_batch(step):
    """Images of which four pixels in five are black, and labels."""
    fine = (hashed(1000 + step, BATCH * PIXELS) >> 8).astype(np.int64)
    black = 13_421_773  # of 2^24
    pixels = np.where(fine < black, 0, 1 + (fine - black) * 255 // (2**24 - black))
    labels = hashed(2000 + step, BATCH) % 10
    return normalised(pixels.reshape(BATCH, PIXELS)), torch.from_numpy(labels.astype(np.int64))


# steps


def by_both(scores, removed):
    """The mask by a sort, after a check that it removes what it should and that selection gives the same."""
    mask = by_sort(scores, removed, stable=True)
    if torch.count_nonzero(mask) != scores.numel() - removed or not torch.equal(mask, by_selection(scores, removed)):
        sys.exit(f"the masks that remove {removed} of {scores.numel()} scores are wrong")
    return mask


def observed(network, loss):
    """Quantities and their values: the loss and, for each trained tensor, a mean and two entries."""
    yield "loss", loss
    for name, tensor in network.trained.items():
        flat = tensor.detach().flatten()
        yield f"mean|{name}", flat.double().abs().mean().item()
        for index in [len(flat) // 3, 2 * len(flat) // 3]:
            yield f"{name}[{index}]", flat[index].item()


def steps(flags):
    rows = []
    runs = [(architecture, model, "paper") for architecture in ARCHITECTURES for model in MODELS]
    for architecture, model, variant in runs + [("fc2", "linear", "signed"), ("fc2", "linear", "global")]:
        started = time.perf_counter()
        network = Network(architecture, model, formula_tensors(architecture, model), by_both, variant)
        sparsity = 0 if model == "dense" else SPARSITY
        for step in range(1, 11):
            loss = network.step(*formula_batch(step))
            for quantity, value in observed(network, loss):
                rows.append([architecture, model, variant, sparsity, step, quantity, f"{value:.9g}"])
        sizes = [tensor.numel() for tensor in network.trained.values()]
        sizes = [sum(sizes)] if variant == "global" else sizes
        checked = [] if model == "dense" else [f"{int(SPARSITY * size):,} of {size:,}" for size in sizes]
        seconds = time.perf_counter() - started
        print(f"{architecture} {model} {variant}: {seconds:.1f} s; removed in each step:", "; ".join(checked) or "none")
    write(flags.out, "architecture,model,variant,sparsity,step,quantity,value", rows)


# spread


def idx(folder, name, *shape):
    """Bytes of a gzipped IDX file, [count, *shape]."""
    cure = "--images names a folder with the four .gz files of MNIST, or of a data set like it"
    try:
        content = gzip.decompress((folder / name).read_bytes())
    except (OSError, EOFError, zlib.error) as error:
        fail(f"{folder / name}: {getattr(error, 'strerror', None) or error}; {cure}")
    size, length = math.prod(shape), 8 + 4 * len(shape)
    count = (len(content) - length) // size
    header = struct.pack(f">{2 + len(shape)}I", 0x801 + len(shape), max(count, 0), *shape)
    if count < 1 or len(content) != length + count * size or not content.startswith(header):
        fail(f"{folder / name} does not hold what its name says; {cure}")
    return np.frombuffer(content, np.uint8, offset=length).reshape(count, *shape)


def mnist(folder, split):
    """Normalised images [count, 784] and labels [count]."""
    images = idx(folder, f"{split}-images-idx3-ubyte.gz", SIDE, SIDE)
    labels = idx(folder, f"{split}-labels-idx1-ubyte.gz")
    if len(images) != len(labels) or labels.max() > 9:
        fail(f"{folder}: images and labels of {split} do not belong together; take both files from one data set")
    return normalised(images.reshape(-1, PIXELS)), torch.from_numpy(labels.astype(np.int64))


def random_wide():
    """Tensors of the wide network of two layers, drawn as in the paper."""
    tensors = {}
    for layer, (inputs, outputs) in enumerate([(784, 2508), (2508, 10)], 1):
        tensors[f"fc{layer}.weight"] = torch.randn(outputs, inputs) * math.sqrt(2 / inputs)
        tensors[f"fc{layer}.scores"] = (2 * torch.rand(outputs, inputs) - 1) / math.sqrt(inputs)
    return tensors


def train(network, images, labels):
    """Trains for an epoch, images in random order; the mean loss."""
    batches = torch.randperm(len(images)).split(BATCH)
    return sum(len(batch) * network.step(images[batch], labels[batch]) for batch in batches) / len(images)


def count_correct(network, images, labels):
    with torch.no_grad():
        return (network.logits(images).argmax(1) == labels).sum().item()


def spread(flags):
    if flags.seeds < 1:
        fail(f"--seeds {flags.seeds}: ask for one seed or more")
    images, labels = mnist(flags.images, "train")
    test_images, test_labels = mnist(flags.images, "t10k")
    rows = []
    for seed in range(1, flags.seeds + 1):
        started = time.perf_counter()
        torch.manual_seed(seed)
        network = Network("fc2", "wide", random_wide(), by_selection)
        # Cosine annealing over a single epoch leaves the rate as it is.
        train(network, images, labels)
        correct = count_correct(network, test_images, test_labels)
        rows.append([seed, correct])
        percent = 100 * correct / len(test_labels)
        print(f"seed {seed}: {percent:.2f} % of the test images, {time.perf_counter() - started:.0f} s")
    write(flags.out, "seed,correct", rows)


def epochs(flags):
    if not (0 <= flags.sparsity < 1 and 1 <= flags.epochs <= flags.of):
        fail("--sparsity must be from 0 to below 1, --epochs from 1 to those of --of")
    images, labels = mnist(flags.images, "train")
    test_images, test_labels = mnist(flags.images, "t10k")
    torch.manual_seed(1)
    network = Network("fc2", "wide", random_wide(), by_selection, sparsity=flags.sparsity)
    rates = torch.optim.lr_scheduler.CosineAnnealingLR(network.descent, flags.of)
    print("epoch,learning_rate,loss,correct")
    for epoch in range(1, flags.epochs + 1):
        rate, loss = rates.get_last_lr()[0], train(network, images, labels)
        print(f"{epoch},{rate:.6f},{loss:.4f},{count_correct(network, test_images, test_labels)}", flush=True)
        rates.step()


# bench


def ticketlab():
    """Milliseconds a step of the laboratory by architecture and model; none where it has no such benchmark."""
    if not (ROOT / "crates/training/benches/edge_popup.rs").exists():
        return {}
    command = ["cargo", "bench", "--quiet", "-p", "training", "--bench", "edge_popup"]
    try:
        one_thread = os.environ | {"RAYON_NUM_THREADS": "1"}
        done = subprocess.run(command, cwd=ROOT, env=one_thread, stdout=subprocess.PIPE, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        fail(f"{error}; see that it runs by itself")
    fields = [line.strip().split(",") for line in done.stdout.splitlines()]
    return {(f[0], f[1]): float(f[2]) for f in fields if len(f) == 3 and f[0] in ARCHITECTURES and f[1] in MODELS}


def best_of_three(architecture, model, find_mask, batches, quick):
    """Milliseconds a step in the fastest of three blocks, of a second or so each."""
    network = Network(architecture, model, formula_tensors(architecture, model), find_mask)

    def block(count):
        started = time.perf_counter()
        for images, labels in batches[:count]:
            network.step(images, labels)
        return (time.perf_counter() - started) / count * 1000

    block(3)  # the first steps are slower
    count = 1 if quick else max(5, min(len(batches), int(1000 / block(3))))
    return min(block(count) for _ in range(3))


def bench(flags):
    images, labels = mnist(flags.images, "train")
    batches = list(zip(images.split(BATCH), labels.split(BATCH)))
    before = ticketlab()
    runs = [(architecture, model) for architecture in ["fc2", "lenet5"] for model in ["wide", "linear", "relu"]]
    rows = []
    for architecture, model in runs + [("fc2", "dense")]:
        masks = {"none": None} if model == "dense" else {"sort": by_sort, "selection": by_selection}
        for mask, find_mask in masks.items():
            milliseconds = best_of_three(architecture, model, find_mask, batches, flags.quick)
            rows.append(["torch", architecture, model, mask, milliseconds])
    after = ticketlab()
    best = {run: min(milliseconds, after[run]) for run, milliseconds in before.items()}
    rows += [["ticketlab", *run, "none" if run[1] == "dense" else "selection", best[run]] for run in best]
    rows = [[*row[:-1], f"{row[-1]:.2f}"] for row in rows]
    header = "implementation,architecture,model,mask,milliseconds"
    print_table(header, rows, best)
    write(flags.out, header, rows)


def print_table(header, rows, ours):
    print("One thread, batch 64, sparsity 0.5. In lenet5 the convolutions are frozen; PyTorch runs them in every step.")
    print("| " + header.replace(",", " | ") + " | times ticketlab |")
    print("|" + "---|" * 6)
    for row in rows:
        run = (row[1], row[2])
        ratio = f"{float(row[-1]) / ours[run]:.1f}" if run in ours else ""
        print("| " + " | ".join([*row, ratio]) + " |")


def write(path, header, rows):
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header.split(","), *rows])
    except OSError as error:
        fail(f"{error}; --out names the CSV file to write")


def main():
    flags = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parts = flags.add_subparsers(required=True)
    for part, out in [
        (steps, TESTS / "edge-popup-steps.csv"),
        (spread, TESTS / "edge-popup-spread.csv"),
        (epochs, None),
        (bench, ROOT / "results/compare-edge-popup.csv"),
    ]:
        parser = parts.add_parser(part.__name__)
        parser.set_defaults(part=part)
        if out:
            parser.add_argument("--out", type=Path, default=out)
        if part is not steps:
            parser.add_argument("--images", type=Path, default=ROOT / "data/mnist", help="folder of MNIST's .gz files")
        if part is spread:
            parser.add_argument("--seeds", type=int, default=5, help="seeds 1, 2, ...")
        if part is epochs:
            parser.add_argument("--sparsity", type=float, default=0.1, help="fraction of each tensor that is removed")
            parser.add_argument("--epochs", type=int, default=6, help="epochs to train for")
            parser.add_argument("--of", type=int, default=30, help="epochs after which the rate would be zero")
        if part is bench:
            parser.add_argument("--quick", action="store_true", help="few steps, to see that it works")
    flags = flags.parse_args()
    torch.set_num_threads(1)
    flags.part(flags)


if __name__ == "__main__":
    main()
