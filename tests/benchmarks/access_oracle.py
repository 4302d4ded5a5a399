"""Runs in the environment of pysal's `access`: one catchment at a time, timed.

usage: access_oracle.py INPUT.npz OUTPUT.npz; the input holds from, to, km of all pairs, need of
each commune, and supply_<radius> of each commune.
"""

import sys
import time
import warnings

import numpy as np
import pandas as pd
from access import fca, weights

warnings.simplefilter("ignore")
given = np.load(sys.argv[1])
need = pd.DataFrame({"need": given["need"]})
result, wall, processor = {}, 0.0, 0.0
for name in (name for name in given.files if name.startswith("supply_")):
    radius = int(name.removeprefix("supply_"))
    near = given["km"] <= radius
    costs = pd.DataFrame(
        {"origin": given["to"][near], "dest": given["from"][near], "cost": given["km"][near]}
    )
    supply = pd.DataFrame({"supply": given[name]})
    started, worked = time.perf_counter(), time.process_time()
    found = fca.two_stage_fca(
        need, supply, costs, radius, demand_index=True, demand_name="need", supply_name="supply",
        weight_fn=weights.gaussian(radius / 2),
    )  # fmt: skip
    wall += time.perf_counter() - started
    processor += time.process_time() - worked
    result[f"access_{radius}"] = found.reindex(range(len(need))).fillna(0).to_numpy()
    del costs
np.savez(sys.argv[2], seconds=np.array([wall, processor]), **result)
