"""Hears recordings: word error rate by Whisper base, and DNSMOS. Reads NAME<TAB>PATH<TAB>TEXT lines, writes one JSON line a name."""

import json
import os
import sys

import jiwer
import librosa
import numpy as np
import soundfile
from faster_whisper import WhisperModel
from speechmos import dnsmos
from whisper_normalizer.english import EnglishTextNormalizer

RATE = 16000

model = WhisperModel(os.environ["WHISPER"], device="cpu", compute_type="int8", cpu_threads=2)
normalise = EnglishTextNormalizer()
groups = {}


def finish(name):
    want, heard, overall, p808 = groups.pop(name)
    print(
        json.dumps(
            {
                "name": name,
                "files": len(want),
                "wer": 100 * jiwer.wer(want, heard),
                "mos": float(np.mean(overall)),
                "p808": float(np.mean(p808)),
                "misheard": [[w, h] for w, h in zip(want, heard) if w != h],
            }
        ),
        flush=True,
    )


last = None
for line in sys.stdin:
    name, path, text = line.rstrip("\n").split("\t", 2)
    if last is not None and name != last:
        finish(last)
    last = name
    audio, rate = soundfile.read(path, dtype="float32", always_2d=True)
    audio = librosa.resample(audio[:, 0], orig_sr=rate, target_sr=RATE)
    audio = audio / max(1.0, float(np.abs(audio).max()) / 0.99)
    segments, _ = model.transcribe(audio, language="en", beam_size=5)
    heard = " ".join(segment.text for segment in segments)
    scores = dnsmos.run(audio, RATE)
    group = groups.setdefault(name, ([], [], [], []))
    for column, value in zip(
        group, (normalise(text.replace("’", "'")), normalise(heard), scores["ovrl_mos"], scores["p808_mos"])
    ):
        column.append(value)
if last is not None:
    finish(last)
