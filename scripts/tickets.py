"""Files of tickets, read and checked as docs/src/formats/tickets.md says, with Python's own library alone.

`read(path)` gives the description and the tensors of a ticket of any kind. Nothing is believed before the checksum fits,
and what a description claims must have its bytes in the file, so no file takes more time or memory than its size allows.
The checks are those of the Rust readers (crates/tickets/src/ticket), in their order. What follows only from draws, which
neurons have an in-weight, is checked where draws are made.
"""

import hashlib
import json
import math
import re
import sys
from pathlib import Path

GENERATOR = "SHA-256, PCG64-DXSM"
SIZES = {"BOOL": 1, "U8": 1, "I8": 1, "F8_E5M2": 1, "F8_E4M3": 1, "I16": 2, "U16": 2, "F16": 2, "BF16": 2,
         "I32": 4, "U32": 4, "F32": 4, "F64": 8, "I64": 8, "U64": 8}
MAX_HEADER = 100_000_000
WIDTHS = {
    "fc2": ([784, 2508, 10], [784, 500, 10]),
    "fc4": ([784, 1314, 1314, 1314, 10], [784, 500, 500, 500, 10]),
    "lenet5": ([400, 378, 378, 10], [400, 120, 84, 10]),
}
LINKS = 5
CONVOLUTIONS = {"conv1.weight": [6, 1, 5, 5], "conv2.weight": [16, 6, 5, 5]}


class Refused(Exception):
    """A file that cannot be used; the message is one line."""


class Tensor:
    """A tensor of a file: its element type, its shape and its bytes."""

    def __init__(self, dtype, shape, data):
        self.dtype, self.shape, self.data = dtype, shape, data


def refuse(message):
    raise Refused(message)


def run(main):
    """Calls `main` and ends with one line and exit code 2 where a file cannot be used."""
    try:
        main()
    except Refused as refusal:
        message = "".join(c if c.isprintable() else repr(c)[1:-1] for c in str(refusal))
        print(message, file=sys.stderr)
        sys.exit(2)
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        sys.exit(2)


def read(path):
    """The description and the tensors of a ticket."""
    try:
        return checked(Path(path).read_bytes())
    except Refused as refusal:
        raise Refused(f"{path}: {refusal}") from None


def checked(data):
    header, content = split(data)
    text = header.pop("__metadata__", {}).get("ticket")
    tensors = stored(header, content)
    if text is None or "checksum" not in tensors:
        refuse("a safetensors file, but no ticket")
    checksum = tensors.pop("checksum").data
    tensors = {name: tensors[name] for name in sorted(tensors, key=str.encode)}
    hashed = hashlib.sha256(text.encode())
    for tensor in tensors.values():
        hashed.update(tensor.data)
    if hashed.digest() != checksum:
        refuse("the checksum does not fit: copy the ticket again")
    ticket = parsed(text, "the description")
    kind = ticket.get("format")
    if type(kind) is not str or kind not in KINDS:
        refuse(f"has the format {kind!r}, known are {', '.join(KINDS)}")
    KINDS[kind](ticket, tensors)
    return ticket, tensors


# The container


def split(data):
    """The header of a safetensors file and the bytes of its tensors."""
    start = 8 + int.from_bytes(data[:8], "little")
    if len(data) < 8 or start > len(data) or start - 8 > MAX_HEADER or data[8:9] != b"{":
        refuse("no safetensors file, or not all of it: copy it again")
    try:
        header = parsed(data[8:start].decode(), "the header")
    except UnicodeDecodeError:
        refuse("the header is not UTF-8: copy the ticket again")
    metadata = header.setdefault("__metadata__", {})
    if type(metadata) is not dict or any(type(value) is not str for value in metadata.values()):
        refuse("the header's metadata are not texts by their names")
    return header, data[start:]


def parsed(text, what):
    """The JSON object of a text, without repeated names, and with -0 and fractions as floats."""
    def unique(pairs):
        return dict(pairs) if len({name for name, _ in pairs}) == len(pairs) else refuse(f"{what} repeats a name")

    whole = lambda digits: -0.0 if digits == "-0" else int(digits)
    constant = lambda name: refuse(f"{what} has the number {name}")
    try:
        value = json.loads(text, object_pairs_hook=unique, parse_int=whole, parse_constant=constant)
        text.encode()
        json.dumps(value, ensure_ascii=False).encode()
    except (RecursionError, ValueError):
        refuse(f"{what} cannot be read as JSON")
    return value if type(value) is dict else refuse(f"{what} is no JSON object")


def stored(header, content):
    """The tensors of a file, which lie one after the other and leave no byte over."""
    tensors, end = {}, 0
    for name, entry in header.items():
        types = {"dtype": text, "shape": list_of(count), "data_offsets": list_of(count)}
        known = {field: entry[field] for field in types if field in entry} if type(entry) is dict else entry
        fields(known, types, f"tensor {name!r}")
        if len(entry["data_offsets"]) != 2:
            refuse(f"tensor {name!r}: must have two offsets")
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        begin, after = entry["data_offsets"]
        size = bytes_of(entry["dtype"], entry["shape"], len(content))
        if begin != end or after - begin != size or after > len(content):
            refuse(f"tensor {name!r}: does not lie where it should: copy the ticket again")
        tensors[name], end = Tensor(entry["dtype"], entry["shape"], content[begin:after]), after
    return tensors if end == len(content) else refuse("has bytes that belong to no tensor: copy the ticket again")


def bytes_of(dtype, shape, most):
    """The bytes of a tensor; `None` for an unknown type, and for more than `most` on the way through the shape."""
    size = SIZES.get(dtype)
    for length in shape:
        size = size * length if size is not None and size <= most else None
    return size


# Values: functions that say whether a value is one


def text(value):
    return type(value) is str


def flag(value):
    return type(value) is bool


def count(value):
    return type(value) is int and 0 <= value < 2**64


def number(value):
    return type(value) in (int, float) and abs(value) < math.inf


def whole(value):
    return type(value) is int and -(2**63) <= value < 2**63


def one_of(*values):
    return lambda value: type(value) is str and value in values


def list_of(is_one):
    return lambda value: type(value) is list and all(map(is_one, value))


def sha256(value):
    return type(value) is str and re.fullmatch("[0-9a-f]{64}", value) is not None


def fields(value, types, what):
    """Checks that an object has exactly these fields, each of its type."""
    if type(value) is not dict or value.keys() != types.keys():
        refuse(f"{what}: must have the fields {', '.join(types)}, and no others")
    for name, is_one in types.items():
        if not is_one(value[name]):
            refuse(f"{what}: `{name}` is {short(value[name])}, which it cannot be")


def short(value):
    shown = repr(value)
    return shown if len(shown) <= 100 else shown[:100] + "..."


def demand(holds, name, value):
    if not holds:
        refuse(f"`{name}` is {short(value)}, which it cannot be")


# The kinds


ONE_RANGE = "uniform on multiples of 2^-23"
OWN_RANGES = "uniform on multiples of 2^-digits in each layer"


def subset_sums(ticket, tensors):
    """Checks a `ticketlab-ticket/1`."""
    own = ticket.get("law") == OWN_RANGES
    ends = {} if own else {"low": whole, "high": whole}
    fields(ticket, {
        "format": text, "generator": one_of(GENERATOR), "experiment": one_of("mnist-approximation"), "seed": count,
        "replicate": count, "coefficients": one_of("per-weight", "per-row"), "candidates": count,
        "law": one_of(ONE_RANGE, OWN_RANGES), **ends, "tolerance": number, "target": sha256,
        "layers": list_of(lambda layer: type(layer) is dict)}, "the description")
    n, tolerance, layers = ticket["candidates"], ticket["tolerance"], ticket["layers"]
    demand(1 <= n <= 64, "candidates", n)
    if not own:
        check_range(ticket["low"], ticket["high"], 23)
    demand(tolerance >= 0, "tolerance", tolerance)
    for layer in layers:
        biases = {"biases": flag} if "biases" in layer else {}
        ranges = {"range": lambda found: type(found) is dict} if own else {}
        fields(layer, {"name": text, "rows": count, "columns": count, **biases, **ranges}, "a layer")
        demand(not re.search("[\x00-\x1f\x7f-\x9f]", layer["name"]), "name", layer["name"])
        demand(layer["rows"] > 0 and layer["columns"] > 0, "layers", layer)
        if own:
            fields(layer["range"], {"low": whole, "high": whole, "digits": count}, "a range")
            demand(23 <= layer["range"]["digits"] <= 46, "digits", layer["range"]["digits"])
            check_range(**layer["range"])
    demand(len(layers) > 0, "layers", layers)
    for before, layer in zip(layers, layers[1:]):
        demand(natural(before["name"]) < natural(layer["name"]), "name", layer["name"])
        demand(layer["columns"] == before["rows"], "columns", layer["columns"])
    weights = [(layer["name"], layer["rows"], layer["columns"] * n) for layer in layers]
    biases = [(f"{layer['name']}.bias", layer["rows"], n) for layer in layers if layer.get("biases")]
    masks(tensors, weights + biases)


def check_range(low, high, digits):
    """Checks the ends of a range in steps of 2^-digits."""
    most = 2 ** (10 + digits)
    demand(-most <= low <= most, "low", low)
    demand(low <= high <= most, "high", high)


def pruned_random(ticket, tensors):
    """Checks a `ticketlab-pruned-network/1`, but for what follows from its draws."""
    fields(ticket, {
        "format": text, "generator": one_of(GENERATOR), "experiment": one_of("random-network"),
        "law": one_of("uniform on multiples of 2^-23 from -1 to 1"), "seed": count, "replicate": count,
        "gadget": one_of("paper", "pooled"),
        "nonnegative_inputs": one_of("nowhere", "after-first-layer", "everywhere"), "candidates": count,
        "constant_input": flag, "target": sha256, "layers": list_of(lambda layer: type(layer) is dict)},
        "the description")
    layers = ticket["layers"]
    for layer in layers:
        fields(layer, {"inputs": count, "outputs": count, "units": count, "factor": number}, "a layer")
        demand(layer["factor"] > 0, "factor", layer["factor"])
        demand(0 < 2 * layer["inputs"] * layer["units"] < 2**32 and layer["outputs"] > 0, "layers", layer)
    demand(len(layers) > 0, "layers", layers)
    for before, layer in zip(layers, layers[1:]):
        demand(layer["inputs"] == before["outputs"], "inputs", layer["inputs"])
    masks(tensors, [(f"M_{2 * i}", layer["outputs"], 2 * layer["units"] * layer["inputs"])
                    for i, layer in enumerate(layers, 1)])
    demand(1 <= ticket["candidates"] <= 64, "candidates", ticket["candidates"])


def edge_popup(ticket, tensors):
    """Checks a `ticketlab-pruning/1`."""
    fields(ticket, {
        "format": text, "generator": one_of(GENERATOR), "experiment": one_of("mnist-pruning"), "seed": count,
        "run": lambda run: type(run) is dict, "images": sha256, "test_images": count, "correct": count},
        "the description")
    run = ticket["run"]
    fields(run, {
        "architecture": one_of(*WIDTHS), "model": one_of("wide", "linear", "relu"),
        "variant": one_of("paper", "fan-in", "signed", "global"), "sparsity": number, "epochs": count,
        "seed": count}, "the run")
    demand(0 <= run["sparsity"] < 1, "sparsity", run["sparsity"])
    demand(ticket["correct"] <= ticket["test_images"], "correct", ticket["correct"])
    expected = CONVOLUTIONS if run["architecture"] == "lenet5" else {}
    trained = {name: tensors[name] for name in tensors if not name.endswith(".mask")}
    for name, tensor in trained.items():
        if tensor.dtype != "F32" or tensor.shape != expected.get(name):
            refuse(f"the tensor {name!r} belongs to no layer of the run")
        if any(word & 0x7F800000 == 0x7F800000 for word in memoryview(tensor.data).cast("I")):
            refuse(f"the tensor {name!r} has a number that is not finite")
    if trained.keys() != expected.keys():
        refuse(f"must have the trained tensors {', '.join(expected)}")
    shapes = [(name, rows, columns) for name, rows, columns, _ in tensors_of(run)]
    masks({name: tensors[name] for name in tensors if name not in trained}, shapes)
    check_sparsity(run, [(rows * columns, tensors[f"{name}.mask"].data) for name, rows, columns in shapes])


def tensors_of(run):
    """Name, rows, columns and fan-in of every tensor that a run prunes."""
    widths = WIDTHS[run["architecture"]][run["model"] != "wide"]
    for i, (inputs, outputs) in enumerate(zip(widths, widths[1:]), 1):
        if run["model"] == "wide":
            yield f"fc{i}.weight", outputs, inputs, inputs
            continue
        yield f"fc{i}.weight1", LINKS, inputs, 1
        yield f"fc{i}.weight2", outputs, LINKS * inputs, LINKS * inputs if run["variant"] == "fan-in" else inputs


def check_sparsity(run, stored):
    """Checks that masks remove the fraction, each of them or, where they share a threshold, all together."""
    if run["variant"] == "global":
        stored = [(sum(entries for entries, _ in stored), b"".join(mask for _, mask in stored))]
    for entries, mask in stored:
        removed = entries - int.from_bytes(mask, "little").bit_count()
        if removed != int(run["sparsity"] * entries):
            refuse(f"the masks do not remove the fraction {run['sparsity']}, rounded down")


def natural(name):
    """A key by which runs of digits are compared as numbers."""
    parts = re.findall("[0-9]+|[^0-9]+", name)
    strip = lambda digits: digits.lstrip("0")
    key = [(0, len(strip(part)), strip(part)) if part[0] in "0123456789" else (1, 0, part) for part in parts]
    return key, name


def masks(tensors, expected):
    """Checks that there are exactly these masks: name, rows and bits of a row."""
    for layer, rows, bits in expected:
        tensor = tensors.get(f"{layer}.mask")
        if tensor is None:
            refuse(f"has no tensor `{layer}.mask`")
        row = -(-bits // 8)
        if tensor.dtype != "U8" or tensor.shape != [rows, row]:
            refuse(f"`{layer}.mask` is {tensor.dtype} {short(tensor.shape)}, but must be U8 [{rows}, {row}]")
        if bits % 8 and any(last >> bits % 8 for last in tensor.data[row - 1 :: row]):
            refuse(f"`{layer}.mask` has bits behind the end of a row")
    unknown = sorted(tensors.keys() - {f"{layer}.mask" for layer, _, _ in expected})
    if unknown:
        refuse(f"the tensor {unknown[0]!r} belongs to no layer")


KINDS = {
    "ticketlab-ticket/1": subset_sums,
    "ticketlab-pruned-network/1": pruned_random,
    "ticketlab-pruning/1": edge_popup,
}
