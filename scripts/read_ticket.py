#!/usr/bin/env python3
"""Makes the network of a ticket again, from docs/src/formats/tickets.md alone and with Python's own library alone.

    python3 scripts/read_ticket.py FILE.safetensors

prints the SHA-256 of the network, which must be the one that `mnist-approximation --ticket` prints, and
the first weights of every layer. 784-500-10 with 21 candidates a weight takes some seconds.
"""

import hashlib
import json
import struct
import sys

import tickets

MASK64, MASK128 = 2**64 - 1, 2**128 - 1
MULTIPLIER = 15750249268501108917


def pcg64_dxsm(name):
    """The 64-bit numbers of the generator with this name."""
    words = struct.unpack("<4Q", hashlib.sha256(name.encode()).digest())
    state, increment = words[0] | words[1] << 64, words[2] | words[3] << 64 | 1
    state = ((state + increment) * MULTIPLIER + increment) & MASK128
    while True:
        high, low = state >> 64, state & MASK64 | 1
        high ^= high >> 32
        high = high * MULTIPLIER & MASK64
        high ^= high >> 48
        yield high * low & MASK64
        state = (state * MULTIPLIER + increment) & MASK128


def weights_of_row(ticket, law, block, columns, row, bits):
    """The weights of one row from the bytes of its mask."""
    n, kind = ticket["candidates"], ticket["coefficients"]
    name = "|".join(["ticketlab/1", str(ticket["seed"]), ticket["experiment"],
                     f"{kind}/n={n}/{block}/row={row}", str(ticket["replicate"])])
    numbers, points = pcg64_dxsm(name), law["high"] - law["low"] + 1
    draw = lambda: [law["low"] + (next(numbers) * points >> 64) for _ in range(n)]
    bits, candidates = int.from_bytes(bits, "little"), None
    for column in range(columns):
        if kind == "per-weight" or candidates is None:
            candidates = draw()
        kept = bits >> column * n & 2**n - 1
        yield sum(a for i, a in enumerate(candidates) if kept >> i & 1) / 2 ** law.get("digits", 23)


def network(ticket, tensors):
    """Name, shape and weights of every layer, then of its biases."""
    for layer in ticket["layers"]:
        name, rows, law = layer["name"], layer["rows"], layer.get("range", ticket)

        def weights(block, columns):
            mask = tensors[block + ".mask"].data
            size = len(mask) // rows
            return [weight for row in range(rows) for weight in
                    weights_of_row(ticket, law, block, columns, row, mask[row * size : (row + 1) * size])]

        yield name + ".weight", [rows, layer["columns"]], weights(name, layer["columns"])
        if layer.get("biases"):
            yield name + ".bias", [rows], weights(name + ".bias", 1)


def sha256(layers):
    """The network's name by its content."""
    header, data = {}, b""
    for name, shape, weights in sorted(layers, key=lambda layer: layer[0].encode()):
        start = len(data)
        data += struct.pack(f"<{len(weights)}f", *weights)
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [start, len(data)]}
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    return hashlib.sha256(len(text).to_bytes(8, "little") + text + data).hexdigest()


def main():
    if len(sys.argv) != 2:
        raise tickets.Refused("name one ticket: python3 scripts/read_ticket.py FILE.safetensors")
    ticket, tensors = tickets.read(sys.argv[1])
    if ticket["format"] != "ticketlab-ticket/1":
        raise tickets.Refused(f"{sys.argv[1]}: has the format {ticket['format']}, which evaluate_ticket.py reads")
    layers = list(network(ticket, tensors))
    print("network:", sha256(layers))
    for name, shape, weights in layers:
        print(f"{name} {shape}: {', '.join(repr(weight) for weight in weights[:4])}")


if __name__ == "__main__":
    tickets.run(main)
