"""Recognises one long recording and aligns it with its text. Reads JSON {"wav", "sentences"} from standard input, prints JSON.

Words are those of Whisper's normaliser for English. `tenths` are of the text; `wpm` counts a tenth's words over the time from its
first word that was heard right to that of the next tenth, times taken from the recogniser.
"""

import json
import os
import sys

import jiwer
import librosa
import numpy as np
import soundfile
from faster_whisper import WhisperModel
from whisper_normalizer.english import EnglishTextNormalizer

RATE = 16000

task = json.load(sys.stdin)
normalise = EnglishTextNormalizer()
audio, rate = soundfile.read(task["wav"], dtype="float32", always_2d=True)
audio = librosa.resample(audio[:, 0], orig_sr=rate, target_sr=RATE)
model = WhisperModel(os.environ["WHISPER"], device="cpu", compute_type="int8", cpu_threads=2)
# Without the text so far as a hint: what is heard must come from the sound.
segments, _ = model.transcribe(audio, language="en", beam_size=5, condition_on_previous_text=False, word_timestamps=True)

heard, times = [], []
for segment in segments:
    words = normalise(segment.text).split()
    start, end = segment.words[0].start, segment.words[-1].end
    heard += words
    times += [start + (end - start) * i / max(1, len(words)) for i in range(len(words))]

wanted, ends = [], set()
for sentence in task["sentences"]:
    wanted += normalise(sentence.replace("’", "'")).split()
    ends.add(len(wanted) - 1)

right = np.zeros(len(wanted), bool)
place = np.full(len(wanted), np.nan)
errors = np.zeros(len(wanted) + 1, int)
for op in jiwer.process_words(" ".join(wanted), " ".join(heard)).alignments[0]:
    reference, hypothesis = range(op.ref_start_idx, op.ref_end_idx), range(op.hyp_start_idx, op.hyp_end_idx)
    if op.type == "insert":
        errors[op.ref_start_idx] += len(hypothesis)
        continue
    for i, r in enumerate(reference):
        if op.type == "equal":
            right[r] = True
            place[r] = times[hypothesis[i]]
        else:
            errors[r] += 1

tenths = []
bounds = np.linspace(0, len(wanted), 11).astype(int)
known = np.flatnonzero(~np.isnan(place))
for first, after in zip(bounds[:-1], bounds[1:]):
    a, b = known[np.searchsorted(known, first)], known[min(np.searchsorted(known, after), len(known) - 1)]
    tenths.append(
        {
            "wer": 100 * float(errors[first:after].sum()) / int(after - first),
            "wpm": 60 * int(b - a) / float(place[b] - place[a]),
        }
    )
last = np.array(sorted(ends))
inner = np.setdiff1d(np.arange(len(wanted)), last)
print(
    json.dumps(
        {
            "words": len(wanted),
            "wer": 100 * float(errors.sum()) / len(wanted),
            "tenths": tenths,
            "lastWords": {"count": len(last), "missed": 100 * float(1 - right[last].mean())},
            "otherWords": {"count": len(inner), "missed": 100 * float(1 - right[inner].mean())},
            "missedLast": [" ".join(wanted[max(0, i - 3) : i + 1]) for i in last if not right[i]],
        }
    )
)
