"""What PyTorch does with the loads of `moe bench compute`, on one GPU: the yardstick beside moe's own figures.

Both load kinds are those of that bench: rows of 8 numeric columns and 4 classes (random; speed does not depend on
them), each of which is seen by 4 experts drawn at random. "Rows/s" are rows that all of their experts have predicted and
learned, as in the bench.

bank   E networks of one hidden layer (16 units, ReLU) that learn row by row, by plain gradient descent. In each step every
       expert takes the next of its rows: one batched product of matrices over all experts for each layer, so that each
       expert still learns its rows one after the other, as moe's do. "eager" launches the operations one by one;
       "graph" replays the same step as one CUDA graph, which is the fastest that PyTorch has for steps this small.
deep   32 networks of two hidden layers that take one step of Adam per 8 rows (256 units) or 32 (1,024 units), as `deep`
       and `deep-wide` of the preset gpu: one batched product over all experts for each layer ("grouped"), and expert by
       expert ("one by one"). 24 inputs, as many as a row of 8 columns touches there.

The gradients are autograd's. Inputs lie on the GPU before the clock starts, in favour of PyTorch: moe's figures hold the
transfer of rows and answers. 32-bit floats, TF32 off, as in moe.

Prints one line of JSON. Without PyTorch it says so and ends with 0: moe is measured all the same.
"""

import argparse
import json
import sys
import time

COLUMNS, CLASSES, TOP_K, BANK_UNITS, DEEP_INPUTS, DEEP_EXPERTS = 8, 4, 4, 16, 24, 32
DEEP = [(256, 8), (1024, 32)]  # units of a layer, rows of a step


def weights(torch, device, *shapes):
    return [(torch.randn(shape, device=device) * shape[-2] ** -0.5).requires_grad_() for shape in shapes]


def loss_of(torch, scores, y):
    # the sum: each expert's gradient is that of its own rows alone
    return torch.nn.functional.cross_entropy(scores.flatten(0, -2), y.flatten(), reduction="sum")


def timed(torch, device, step, seconds):
    """Steps per second: after a warm-up, the median of five laps."""

    def wait():
        if device == "cuda":
            torch.cuda.synchronize()

    for _ in range(5):
        step()
    wait()
    start, steps = time.perf_counter(), 0
    while time.perf_counter() - start < seconds / 6:
        step()
        steps += 1
        if steps % 16 == 0:
            wait()
    wait()
    lap = max(1, int(steps * (seconds / 6) / (time.perf_counter() - start)))
    laps = []
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(lap):
            step()
        wait()
        laps.append(lap / (time.perf_counter() - start))
    return sorted(laps)[2]


def bank(torch, device, experts, graph):
    """One row of every expert predicted and learned; also the rows that a step is worth."""
    w = weights(torch, device, (experts, COLUMNS + 1, BANK_UNITS), (experts, BANK_UNITS + 1, CLASSES))
    x = torch.randn(experts, 1, COLUMNS + 1, device=device)
    x[..., -1] = 1
    y = torch.randint(CLASSES, (experts, 1), device=device)
    one = torch.ones(experts, 1, 1, device=device)

    def step():
        hidden = torch.bmm(x, w[0]).relu()
        scores = torch.bmm(torch.cat([hidden, one], 2), w[1])
        gradients = torch.autograd.grad(loss_of(torch, scores, y), w)
        with torch.no_grad():
            for weight, gradient in zip(w, gradients):
                weight.sub_(gradient, alpha=0.03)

    if graph:
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(3):
                step()
        torch.cuda.current_stream().wait_stream(side)
        recorded = torch.cuda.CUDAGraph()
        with torch.cuda.graph(recorded):
            step()
        return recorded.replay, experts / TOP_K
    return step, experts / TOP_K


def deep(torch, device, units, rows, grouped):
    """A step of every expert on rows of its own; also the rows that this is worth."""
    shapes = [(DEEP_EXPERTS, DEEP_INPUTS, units), (DEEP_EXPERTS, units, units), (DEEP_EXPERTS, units, CLASSES)]
    w = weights(torch, device, *shapes)
    biases = [torch.zeros(DEEP_EXPERTS, 1, shape[-1], device=device, requires_grad=True) for shape in shapes]
    x = torch.randn(DEEP_EXPERTS, rows, DEEP_INPUTS, device=device)
    y = torch.randint(CLASSES, (DEEP_EXPERTS, rows), device=device)
    adam = torch.optim.Adam(w + biases, lr=0.001, **({"fused": True} if device == "cuda" else {}))

    def scores(x, layers):
        for i, (a, b) in enumerate(layers):
            x = x @ a + b
            if i < 2:
                x = x.relu()
        return x

    def step():
        adam.zero_grad(set_to_none=True)
        if grouped:
            loss = loss_of(torch, scores(x, list(zip(w, biases))), y)
        else:
            # unbind, because the gradient of w[e] would be as large as w for each of them
            parts = zip(*(t.unbind() for t in w + biases))
            loss = sum(
                loss_of(torch, scores(x[e], list(zip(part[:3], part[3:]))), y[e]) for e, part in enumerate(parts)
            )
        loss.backward()
        adam.step()

    return step, DEEP_EXPERTS * rows / TOP_K


def main():
    parser = argparse.ArgumentParser(description="What PyTorch does with the loads of moe bench compute.")
    parser.add_argument("--seconds", type=float, default=45, help="time for all of it; default 45")
    parser.add_argument("--device", choices=["cuda", "cpu"], default="cuda", help="cpu only tries the program out")
    options = parser.parse_args()
    try:
        import torch
    except ImportError:
        print(json.dumps({"skipped": "python3 has no torch here"}))
        return 0
    if options.device == "cuda" and not torch.cuda.is_available():
        print(json.dumps({"skipped": "torch sees no GPU here", "torch": torch.__version__}))
        return 0
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.manual_seed(1)
    cuda = options.device == "cuda"
    ways = [("graph", True), ("eager", False)] if cuda else [("eager", False)]
    loads = [
        ("bank", experts, BANK_UNITS, way, lambda e=experts, g=graph: bank(torch, options.device, e, g))
        for experts in (8, 32, 128, 512, 1024)
        for way, graph in ways
    ] + [
        ("deep", DEEP_EXPERTS, units, way, lambda u=units, r=rows, g=grouped: deep(torch, options.device, u, r, g))
        for units, rows in DEEP
        for way, grouped in (("grouped", True), ("one by one", False))
    ]
    start, results = time.perf_counter(), []
    for i, (kind, experts, units, way, make) in enumerate(loads):
        share = (options.seconds - (time.perf_counter() - start)) / (len(loads) - i)
        result = {"kind": kind, "experts": experts, "units": units, "way": way}
        if share < 0.1:
            result["problem"] = "no time was left"
        else:
            try:
                step, rows = make()
                result["rowsPerSecond"] = round(rows * timed(torch, options.device, step, share * 0.8), 1)
            except RuntimeError as problem:
                result["problem"] = str(problem).splitlines()[0]
        results.append(result)
    device = torch.cuda.get_device_name() if cuda else "cpu"
    print(json.dumps({"torch": torch.__version__, "device": device, "results": results}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
