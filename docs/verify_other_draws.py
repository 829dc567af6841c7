"""Repeat a published draw of courts or by size. Needs Python 3 and nothing else.

    python3 verify_other_draws.py certificate.json frame.csv

For the two kinds that verify_draw.py leaves out: "cluster" (courts are drawn first, then files in
them) and "pareto" (the larger the amount, the likelier). frame.csv is the frozen list.
"""
import csv, hashlib, json, sys
from datetime import datetime as moment

proof = json.load(open(sys.argv[1], encoding="utf-8"))
frame_bytes = open(sys.argv[2], "rb").read()
seed, design, faults = proof["seed"]["text"], proof["design"], []


def ticket_of(text):
    return hashlib.sha256((seed + "|" + text).encode("utf-8")).hexdigest()


# 1. Is this the list whose hash was published before the seed was given?
if hashlib.sha256(frame_bytes).hexdigest() != proof["frame"]["sha256"]:
    faults.append("the list is not the one that was frozen")
given, frozen = proof["seed"]["given_at"], proof["frame"]["frozen_at"]
if moment.fromisoformat(given) < moment.fromisoformat(frozen) and not proof["coordinated_with"]:
    faults.append("the seed is older than the list")
strata = {}
for row in csv.DictReader(frame_bytes.decode("utf-8").split("\n")):
    row["ticket"] = ticket_of(row["unit_id"])
    strata.setdefault(row["stratum"], []).append(row)


# 2a. Courts have tickets too. The smallest are drawn, and in each of them the smallest of its files.
def drawn_by_cluster(name, rows):
    clusters = {}
    for row in rows:
        clusters.setdefault(row["cluster"], []).append(row)
    in_order = sorted(clusters, key=lambda cluster: (ticket_of(cluster), cluster))
    for cluster in in_order[: design["cluster_sizes"].get(name, 0)]:
        files = sorted(clusters[cluster], key=lambda row: (row["ticket"], row["unit_id"]))
        n, spare = design["sample_sizes"][name], design["reserve_sizes"].get(name, 0)
        for place, row in enumerate(files[: n + spare]):
            yield row, "sample" if place < n else "reserve"


# 2b. By size: u is the ticket as a number between 0 and 1, p the wanted probability n·size/sum.
# The order is that of [u / (1 - u)] / [p / (1 - p)]; whoever reaches p = 1 is certain, comes first,
# and p is worked out again from what remains.
def drawn_by_size(name, rows):
    n = left = min(design["sample_sizes"][name], len(rows))
    remaining = sum(int(row["measure_of_size"]) for row in rows)
    certain_from = remaining + 1
    for size in sorted((int(row["measure_of_size"]) for row in rows), reverse=True)[:n]:
        if left * size < remaining:
            break
        certain_from, left, remaining = size, left - 1, remaining - size
    share = left / remaining if remaining else 0.0
    for row in rows:
        u, size = (int(row["ticket"][:13], 16) + 0.5) / 2.0**52, int(row["measure_of_size"])
        p = float(size) * share
        row["order"] = u - 1 if size >= certain_from else (u / (1 - u)) / (p / (1 - p))
    spare = design["reserve_sizes"].get(name, 0)
    in_order = sorted(rows, key=lambda row: (row["order"], row["unit_id"]))
    for place, row in enumerate(in_order[: n + spare]):
        yield row, "sample" if place < n else "reserve"


# 3. Compare with what the certificate says. A published one by size states no ranks.
method = {"cluster": drawn_by_cluster, "pareto": drawn_by_size}[design["method"]]
claimed = {(unit["stratum"], unit["ticket"]): unit for unit in proof["units"]}
for name, rows in strata.items():
    for rank, (row, role) in enumerate(method(name, rows), start=1):
        unit = claimed.pop((name, row["ticket"]), {})
        if (unit.get("role"), unit.get("rank", rank)) != (role, rank):
            faults.append(f"stratum {name}, rank {rank}: should be {row['unit_id']} {row['ticket']}")
faults += [f"{place} should not be in the sample" for place in claimed]

print("\n".join(faults) or f"correct: {len(proof['units'])} units repeat, seed {seed}")
sys.exit(bool(faults))
