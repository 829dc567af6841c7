"""Repeat a published draw. Needs Python 3 and nothing else.

    python3 verify_draw.py certificate.json frame.csv

frame.csv is the frozen list: first line unit_id,stratum. For stratified draws, the usual kind.
"""
import csv, hashlib, json, sys
from datetime import datetime as moment

proof = json.load(open(sys.argv[1], encoding="utf-8"))
frame_bytes = open(sys.argv[2], "rb").read()
seed, faults = proof["seed"]["text"], []
if proof["design"]["method"] != "stratified":
    sys.exit(f"this draw is of the kind {proof['design']['method']}: use verify_other_draws.py")

# 1. Is this the list whose hash was published before the seed was given?
if hashlib.sha256(frame_bytes).hexdigest() != proof["frame"]["sha256"]:
    faults.append("the list is not the one that was frozen")
given, frozen = proof["seed"]["given_at"], proof["frame"]["frozen_at"]
if moment.fromisoformat(given) < moment.fromisoformat(frozen) and not proof["coordinated_with"]:
    faults.append("the seed is older than the list")
# 2. Each unit's ticket is the SHA-256 of seed, a vertical bar, and the unit's identifier.
tickets = {}
for row in csv.DictReader(frame_bytes.decode("utf-8").split("\n")):
    ticket = hashlib.sha256((seed + "|" + row["unit_id"]).encode("utf-8")).hexdigest()
    tickets.setdefault(row["stratum"], []).append((ticket, row["unit_id"]))
# 3. In each stratum the smallest tickets are the sample, the next ones the reserve.
claimed = {(unit["stratum"], unit["rank"]): unit for unit in proof["units"]}
for part in proof["strata"]:
    chosen = sorted(tickets[part["stratum"]])[: part["sample_size"] + part["reserve_size"]]
    for rank, (ticket, unit_id) in enumerate(chosen, start=1):
        unit = claimed.pop((part["stratum"], rank), {})
        role = "sample" if rank <= part["sample_size"] else "reserve"
        if (unit.get("ticket"), unit.get("role")) != (ticket, role) or unit.get("unit_id", unit_id) != unit_id:
            faults.append(f"stratum {part['stratum']}, rank {rank}: should be {unit_id} {ticket}")
faults += [f"{place} should not be in the sample" for place in claimed]

print("\n".join(faults) or f"correct: {len(proof['units'])} units repeat, seed {seed}")
sys.exit(bool(faults))
