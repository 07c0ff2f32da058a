"""How alike speakers sound: the cosine of their mean embeddings, each with each. Reads NAME<TAB>PATH lines, writes a table."""

import sys
from collections import defaultdict

import numpy as np
from resemblyzer import VoiceEncoder, preprocess_wav

encoder = VoiceEncoder("cpu", verbose=False)
embeddings = defaultdict(list)
for line in sys.stdin:
    name, path = line.rstrip("\n").split("\t")
    embeddings[name].append(encoder.embed_utterance(preprocess_wav(path)))
means = {name: np.mean(each, axis=0) for name, each in embeddings.items()}
means = {name: mean / np.linalg.norm(mean) for name, mean in means.items()}
# Of one speaker with itself: every other sentence beside the rest.
for name, each in embeddings.items():
    halves = [np.mean(each[start::2], axis=0) for start in (0, 1)]
    itself = np.dot(*halves) / np.prod([np.linalg.norm(half) for half in halves])
    others = " ".join(f"{other} {np.dot(means[name], mean):.2f}" for other, mean in means.items() if other != name)
    print(f"{name}: itself {itself:.2f}, {others}")
