#!/usr/bin/env python3
"""Draws the network of a ticket again, of any kind, and tests it: from docs/src/formats/tickets.md alone, with numpy alone.

    python3 scripts/evaluate_ticket.py FILE.safetensors [--data DIR]

prints what every tensor keeps, its largest weight, the SHA-256 of the network and how many test images are correct,
as `mnist-approximation --ticket` and `mnist-pruning --ticket` say it too. DIR has MNIST's files of test images, gzipped
or plain. It takes some seconds. An error is one line, with exit code 2.
"""

import argparse
import gzip
import hashlib
import json
import math
import zlib
from pathlib import Path

import environment
import tickets
from tickets import LINKS, Refused

try:
    import numpy as np
    from numpy.lib.stride_tricks import sliding_window_view
except ImportError:
    environment.enter(__file__, ["numpy==2.4.6"])

MNIST = Path(__file__).resolve().parent.parent / "data/mnist"
MULTIPLIER = 15750249268501108917
STEP = 2.0**-23


# Random numbers


GENERATOR = np.random.PCG64DXSM(0)


def words(name, count):
    """The first 64-bit numbers of the generator with this name."""
    seed = hashlib.sha256(name.encode()).digest()
    state, increment = int.from_bytes(seed[:16], "little"), int.from_bytes(seed[16:], "little") | 1
    state = ((state + increment) * MULTIPLIER + increment) % 2**128
    numbers = {"state": state, "inc": increment}
    GENERATOR.state = {"bit_generator": "PCG64DXSM", "state": numbers, "has_uint32": 0, "uinteger": 0}
    return GENERATOR.random_raw(count)


def integers(drawn, low, high):
    """low + floor(word * (high - low + 1) / 2^64); the product of 128 bits is made of 32-bit halves."""
    points, half, lower = high - low + 1, np.uint64(32), np.uint64(2**32 - 1)
    a, b = drawn >> half, drawn & lower
    c, d = np.uint64(points >> 32), np.uint64(points & 2**32 - 1)
    middle = (b * d >> half) + (a * d & lower) + (b * c & lower)
    return low + (a * c + (a * d >> half) + (b * c >> half) + (middle >> half)).astype(np.int64)


TAIL, AREA = 3.654152885361009, 0.00492867323399


def ziggurat():
    """Where the layers of the ziggurat end, from the lowest one to the top, and the densities there."""
    density = lambda x: math.exp(-x * x / 2)
    ends = [AREA / density(TAIL), TAIL]
    while len(ends) < 256:
        ends.append(math.sqrt(-2 * math.log(AREA / ends[-1] + density(ends[-1]))))
    ends.append(0.0)
    return np.array(ends), np.array([density(x) for x in ends])


ENDS, DENSITIES = ziggurat()


def normals(name, count):
    """The first normal numbers of the generator with this name."""
    # A number takes 1.02 words on average. Words that are left over do no harm.
    drawn = words(name, count + count // 32 + 1000)
    layers = (drawn & np.uint64(255)).astype(np.intp)
    u = (drawn >> np.uint64(12)) * 2.0**-51 - 1
    x = u * ENDS[layers]
    is_number = np.ones(len(drawn), dtype=bool)
    done = 0
    # One draw in eighty is not below the next layer and takes more words than one.
    for at in np.flatnonzero((np.abs(x) >= ENDS[layers + 1])[:-100]):
        if at < done:
            continue  # a word of the number before
        if layers[at] == 0:
            done, x[at] = tail(drawn, at + 1, u[at])
        else:
            done, (low, high) = at + 2, DENSITIES[[layers[at], layers[at] + 1]]
            height = high + (low - high) * (int(drawn[at + 1]) >> 11) * 2.0**-53
            is_number[at] = height < math.exp(-x[at] * x[at] / 2)
        is_number[at + 1 : done] = False
    return x[is_number][:count]


def tail(drawn, at, sign):
    """Where the words of a number of the tail end, and the number."""
    logarithm = lambda word: math.log(((int(word) >> 12) + 0.5) * 2.0**-52)
    while True:
        x, y = logarithm(drawn[at]) / TAIL, logarithm(drawn[at + 1])
        at += 2
        if -2 * y >= x * x:
            return at, math.copysign(TAIL - x, sign)


# Tickets


def bits(tensors, tensor, rows, columns):
    """A mask, row by row, the lowest bit of a byte first."""
    mask = np.frombuffer(tensors[tensor].data, np.uint8).reshape(rows, -(-columns // 8))
    return np.unpackbits(mask, axis=1, bitorder="little", count=columns)


def generator_name(ticket, key, replicate):
    return f"ticketlab/1|{ticket['seed']}|{ticket['experiment']}|{key}|{replicate}"


# Every kind of ticket gives layers, each a pair of matrices: x -> A max(x, 0) + B min(x, 0). A layer without
# links has the same matrix twice. Behind them may stand biases.


def subset_sums(ticket, tensors):
    """The network of a `ticketlab-ticket/1`."""
    n, kind = ticket["candidates"], ticket["coefficients"]
    layers, network = [], {}

    def weights(law, block, rows, columns):
        kept = bits(tensors, f"{block}.mask", rows, columns * n).reshape(rows, columns, n)
        instances = columns if kind == "per-weight" else 1
        sums = []
        for row in range(rows):
            key = f"{kind}/n={n}/{block}/row={row}"
            drawn = words(generator_name(ticket, key, ticket["replicate"]), instances * n)
            candidates = integers(drawn, law["low"], law["high"]).reshape(instances, n)
            sums.append((kept[row] * candidates).sum(axis=1))
        print(f"{block}: {kept.sum()} of {kept.size} coefficients kept")
        return (np.array(sums) / 2 ** law.get("digits", 23)).astype(np.float32)

    for layer in ticket["layers"]:
        name, rows, law = layer["name"], layer["rows"], layer.get("range", ticket)
        weight = network[f"{name}.weight"] = weights(law, name, rows, layer["columns"])
        bias = np.float32(0)
        if layer.get("biases"):
            bias = network[f"{name}.bias"] = weights(law, f"{name}.bias", rows, 1)[:, 0]
        layers.append((weight, weight, bias))
    return layers, network


def pruned_random(ticket, tensors):
    """The network of a `ticketlab-pruned-network/1`; links are added up to exact weights for x > 0 and x < 0."""
    layers = []
    for i, layer in enumerate(ticket["layers"], 1):
        inputs, outputs, units = layer["inputs"], layer["outputs"], 2 * layer["units"]
        kept = bits(tensors, f"M_{2 * i}.mask", outputs, units * inputs).reshape(outputs, inputs, units)
        key = f"layer={i}/{inputs}x{outputs}"
        draw = lambda key: words(generator_name(ticket, key, ticket["replicate"]), units)
        # Draws alternate between the halves of a block; so do the units here.
        weights = lambda keys: integers(np.array([draw(key) for key in keys]), -(2**23), 2**23)
        kept = kept.reshape(outputs, inputs, 2, -1).swapaxes(2, 3).reshape(kept.shape)
        first = weights(f"{key}/first/block={block}/column={block}" for block in range(inputs))
        check_served(ticket, i, kept, first)
        halves = np.maximum(first, 0), np.minimum(first, 0)
        sums = np.empty((2, outputs, inputs))
        for row in range(outputs):
            second = kept[row] * weights(f"{key}/second/row={row}/block={block}" for block in range(inputs))
            sums[:, row] = [(half * second).sum(axis=1) * STEP**2 for half in halves]
        largest = "largest multiple of x > 0 {}, of x < 0 {}".format(*np.abs(sums).max(axis=(1, 2)))
        print(f"M_{2 * i}: {kept.sum()} of {kept.size} weights kept, {largest}")
        layers.append(tuple(sums))
    return layers, {}


def check_served(ticket, i, kept, first):
    """Checks that kept neurons have an in-weight, and that no row keeps more of a half-line than a subset may have."""
    known = {"nowhere": False, "after-first-layer": i > 1, "everywhere": True}[ticket["nonnegative_inputs"]]
    draws = np.arange(first.shape[1])
    for half_line, served in enumerate((first > 0, (first < 0) & (not known))):
        if ticket["gadget"] == "paper":
            served = served & (draws % 2 == half_line)
        subset = kept * served
        kept = kept - subset
        if subset.sum(axis=2).max() > ticket["candidates"]:
            raise Refused(f"`M_{2 * i}.mask` keeps more than {ticket['candidates']} neurons for a half-line of an input")
    if kept.any():
        raise Refused(f"`M_{2 * i}.mask` keeps a neuron that has no in-weight")


def edge_popup(ticket, tensors):
    """The network of a `ticketlab-pruning/1`."""
    run, layers, network = ticket["run"], [], {}
    architecture, model = run["architecture"], run["model"]

    def pruned(tensor, rows, columns, fan_in):
        drawn = normals(generator_name(ticket, f"{architecture}/{model}/{tensor}", run["seed"]), rows * columns)
        kept = bits(tensors, f"{tensor}.mask", rows, columns)
        weights = (math.sqrt(2 / fan_in) * drawn.reshape(rows, columns)).astype(np.float32)
        network[tensor] = np.where(kept, weights, np.float32(0))
        print(f"{tensor}: {kept.sum()} of {kept.size} weights kept")
        return network[tensor]

    widths = tickets.WIDTHS[architecture][model != "wide"]
    for i, (inputs, outputs) in enumerate(zip(widths, widths[1:]), 1):
        if model == "wide":
            layers.append((pruned(f"fc{i}.weight", outputs, inputs, inputs),) * 2)
            continue
        fan_in = LINKS * inputs if run["variant"] == "fan-in" else inputs
        first = pruned(f"fc{i}.weight1", LINKS, inputs, 1).astype(float)
        second = pruned(f"fc{i}.weight2", outputs, LINKS * inputs, fan_in).reshape(outputs, LINKS, inputs)
        add_up = lambda first: np.einsum("ki,oki->oi", first, second)
        # relu(x w) = max(x, 0) max(w, 0) + min(x, 0) min(w, 0)
        halves = (np.maximum(first, 0), np.minimum(first, 0)) if model == "relu" else (first, first)
        layers.append(tuple(map(add_up, halves)))
    if architecture == "lenet5":
        for tensor, shape in tickets.CONVOLUTIONS.items():
            network[tensor] = np.frombuffer(tensors[tensor].data, "<f4").reshape(shape)
    return layers, network


KINDS = {
    "ticketlab-ticket/1": subset_sums,
    "ticketlab-pruned-network/1": pruned_random,
    "ticketlab-pruning/1": edge_popup,
}


def sha256(network):
    """The network's name by its content."""
    header, data = {}, b""
    for name in sorted(network, key=str.encode):
        start, weights = len(data), network[name]
        data += weights.astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(weights.shape), "data_offsets": [start, len(data)]}
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    return hashlib.sha256(len(text).to_bytes(8, "little") + text + data).hexdigest()


# Images


def idx(folder, file):
    """The bytes of an IDX file, in its shape."""
    packed = folder / f"{file}.gz"
    try:
        data = gzip.decompress(packed.read_bytes()) if packed.exists() else (folder / file).read_bytes()
        shape = np.frombuffer(data, ">u4", count=data[3], offset=4)
        return np.frombuffer(data, np.uint8, offset=4 + 4 * len(shape)).reshape(shape)
    except (EOFError, LookupError, ValueError, gzip.BadGzipFile, zlib.error):
        raise Refused(f"--data {folder}: {file} is no IDX file, or not all of it") from None


def features(images, network):
    """What LeNet5's convolutions make of images."""
    for tensor, padding in (("conv1.weight", 2), ("conv2.weight", 0)):
        images = np.pad(images, [(0, 0), (0, 0), (padding, padding), (padding, padding)])
        windows = sliding_window_view(images, (5, 5), axis=(2, 3))
        images = np.maximum(np.tensordot(windows, network[tensor], ((1, 4, 5), (1, 2, 3))), 0).transpose(0, 3, 1, 2)
        images = np.maximum(images[:, :, ::2], images[:, :, 1::2])
        images = np.maximum(images[..., ::2], images[..., 1::2])
    return images.reshape(len(images), -1)


def inputs(ticket, network, pixels):
    """What the first layer meets."""
    images = pixels / 255
    if ticket["format"] == "ticketlab-pruning/1":
        images = (images - 0.1307) / 0.3081
    if "conv1.weight" in network:
        images = images.reshape(-1, 1, 28, 28)
        batches = np.array_split(images, -(-len(images) // 100))
        return np.concatenate([features(batch, network) for batch in batches])
    images = images.reshape(len(images), -1)
    constant = np.ones((len(images), int(ticket.get("constant_input", False))))
    return np.hstack([images, constant])


def outputs(layers, x):
    """The outputs of a network, in 64-bit floats."""
    for i, (positive, negative, *biases) in enumerate(layers):
        x = np.maximum(x, 0) if i > 0 else x
        y = np.maximum(x, 0) @ positive.T.astype(float)
        x = y + np.minimum(x, 0) @ negative.T.astype(float) if x.min() < 0 else y
        x = x + sum(biases)
    return x


def main():
    flags = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    flags.add_argument("ticket", metavar="FILE.safetensors")
    flags.add_argument("--data", metavar="DIR", type=Path, default=MNIST, help="other images [default: MNIST]")
    flags = flags.parse_args()
    ticket, tensors = tickets.read(flags.ticket)
    print("ticket:", ticket["format"])
    try:
        layers, network = KINDS[ticket["format"]](ticket, tensors)
    except Refused as refusal:
        raise Refused(f"{flags.ticket}: {refusal}") from None
    for tensor, weights in network.items():
        print(f"{tensor} {list(weights.shape)}: largest weight {np.abs(weights).max()}")
    if network:
        print("network:", sha256(network))
    pixels, labels = (idx(flags.data, f"t10k-{part}-ubyte") for part in ("images-idx3", "labels-idx1"))
    images, expected = inputs(ticket, network, pixels), layers[0][0].shape[1]
    if images.shape[1] != expected or len(images) != len(labels):
        raise Refused(f"--data {flags.data}: {pixels.shape} pixels and {labels.shape} labels for {expected} inputs")
    found = outputs(layers, images).argmax(axis=1)
    print(f"accuracy: {(found == labels).sum()} of {len(labels)} test images correct")


if __name__ == "__main__":
    tickets.run(main)
