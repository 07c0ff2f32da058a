"""Speaks each line of standard input with the Python package and answers with its time; the counterpart in hibari.ts."""

import json
import sys
import time

started = time.perf_counter()
import hibari

speak = hibari.Hibari(threads=1)
print(json.dumps({"loadMs": (time.perf_counter() - started) * 1000}), flush=True)
for line in sys.stdin:
    started = time.perf_counter()
    samples = speak(json.loads(line), seed=1)
    print(json.dumps({"ms": (time.perf_counter() - started) * 1000, "audioSec": len(samples) / 24000}), flush=True)
