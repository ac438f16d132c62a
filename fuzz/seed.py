#!/usr/bin/env python3
"""Writes small valid files to fuzz/corpus/, from which the fuzzer starts."""

import hashlib
import json
import pathlib
import struct

CORPUS = pathlib.Path(__file__).parent / "corpus"


def write(target, name, data):
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


def safetensors(tensors, metadata=None):
    """A file of (name, type, shape, bytes)."""
    header, data = {} if metadata is None else {"__metadata__": metadata}, b""
    for name, dtype, shape, values in tensors:
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + len(values)]}
        data += values
    text = json.dumps(header, separators=(",", ":")).encode()
    return struct.pack("<Q", len(text)) + text + data


def layer(name, rows, columns):
    return name + ".weight", "F32", [rows, columns], struct.pack("<f", 0.25) * (rows * columns)


def ticket(coefficients, candidates, shapes):
    """A ticket with layers [(name, rows, columns)] and every other bit set."""
    layers = [{"name": name, "rows": rows, "columns": columns} for name, rows, columns in shapes]
    text = json.dumps({
        "format": "ticketlab-ticket/1", "generator": "SHA-256, PCG64-DXSM", "experiment": "mnist-approximation",
        "seed": 1, "replicate": 1, "coefficients": coefficients, "candidates": candidates,
        "law": "uniform on multiples of 2^-23", "low": -4194304, "high": 4194304, "tolerance": 0.01,
        "target": "0" * 64, "layers": layers})
    masks = []
    for name, rows, columns in shapes:
        bits = sum(1 << place for place in range(0, columns * candidates, 2))
        size = -(-columns * candidates // 8)
        masks.append((name + ".mask", "U8", [rows, size], bits.to_bytes(size, "little") * rows))
    return sealed(text, masks)


def pruned_ticket(gadget, layers):
    """A ticket of a random network of which nothing is kept, with layers [(inputs, outputs, units)]."""
    text = json.dumps({
        "format": "ticketlab-pruned-network/1", "generator": "SHA-256, PCG64-DXSM", "experiment": "random-network",
        "law": "uniform on multiples of 2^-23 from -1 to 1", "seed": 1, "replicate": 1, "gadget": gadget,
        "nonnegative_inputs": "nowhere", "candidates": 8, "constant_input": False, "target": "0" * 64,
        "layers": [dict(zip(["inputs", "outputs", "units", "factor"], [*layer, 1.0])) for layer in layers]})
    masks = []
    for number, (inputs, outputs, units) in enumerate(layers, 1):
        size = -(-2 * units * inputs // 8)
        masks.append((f"M_{2 * number}.mask", "U8", [outputs, size], bytes(outputs * size)))
    return sealed(text, masks)


def sealed(text, masks):
    """A file with a description, masks in the order of their names, and their checksum."""
    content = text.encode() + b"".join(mask[3] for mask in masks)
    checksum = "checksum", "U8", [32], hashlib.sha256(content).digest()
    return safetensors([checksum, *masks], {"ticket": text})


def part(units):
    """The file of a run in progress with these units: (index, key, lines of CSV)."""
    configuration = json.dumps({"configuration": {}, "experiment": "squares", "seed": 1, "units": 3})
    text = configuration + "\n"
    session = {"command": ["squares"], "revision": "", "machine": "", "threads": 1, "started": 0}
    blocks = ["run\t" + json.dumps(session)]
    for index, key, lines in units:
        rows = "".join(f"{index}\trow\tsquares\t{line}\n" for line in lines)
        blocks.append(f"{rows}{index}\tmeasure\tseconds\t0.5\n{index}\tdone\t{key}")
    for block in blocks:
        digest = hashlib.sha256(f"{configuration}\n{block}".encode()).hexdigest()
        text += f"{block}\t{digest}\n"
    return text.encode()


ROWS = [(index, f"number={index}", ["number,square", f"{index},{index * index}"]) for index in range(3)]

write("part", "whole", part(ROWS))
write("part", "two", part(ROWS[:2]))
write("preset", "one", b"seed = 1\n[coverage]\n_trials = 3\n_radius = 0.5\n_candidates = [4, 9]\n")
write("table", "rows", b"hits,trials,error\n1,2,0.5\n2,2,\n")
write("table", "record", json.dumps({
    "configuration": "{}", "tables": {"lines": {"rows": 1, "sha256": "0"}}, "finished": 0, "sessions": [],
    "measures": {}}).encode())
write("idx_images", "one", struct.pack(">4I", 0x803, 1, 28, 28) + bytes(784))
write("idx_labels", "three", struct.pack(">2I", 0x801, 3) + bytes([1, 2, 3]))
write("network", "one", safetensors([layer("fc1", 1, 1)]))
write("network", "two", safetensors([layer("fc1", 3, 2), layer("fc2", 1, 3)], {"format": "pt"}))
write("network", "bias", safetensors([layer("0", 2, 1), ("0.bias", "F32", [2], bytes(8))]))
write("ticket", "weight", ticket("per-weight", 3, [("fc1", 2, 2), ("fc2", 1, 2)]))
write("ticket", "row", ticket("per-row", 64, [("a", 1, 3)]))
write("ticket", "pruned", pruned_ticket("paper", [(1, 1, 3)]))
write("ticket", "pooled", pruned_ticket("pooled", [(2, 3, 2), (3, 1, 4)]))
write("ticket", "network", safetensors([layer("fc1", 1, 1)]))
