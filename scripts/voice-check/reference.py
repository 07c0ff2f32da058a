"""Speaks sentences with the reference implementation of a model: reads SPEAKER<TAB>PATH<TAB>TEXT lines, writes WAV files."""

import sys
import wave

import numpy as np


def write(path, samples, rate):
    with wave.open(path, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())


def open_kokoro(graph, voices):
    from kokoro_onnx import Kokoro

    kokoro = Kokoro(graph, voices)

    def speak(speaker, text):
        return kokoro.create(text, voice=speaker, speed=1.0, lang="en-gb" if speaker[0] == "b" else "en-us")

    return speak


def open_piper(graph, _voices):
    from piper import PiperVoice

    voice = PiperVoice.load(graph)

    def speak(_speaker, text):
        chunks = list(voice.synthesize(text))
        return np.concatenate([chunk.audio_float_array for chunk in chunks]), chunks[0].sample_rate

    return speak


engine, graph, voices = sys.argv[1:4]
speak = {"kokoro": open_kokoro, "piper": open_piper}[engine](graph, voices)
for line in sys.stdin:
    speaker, path, text = line.rstrip("\n").split("\t", 2)
    write(path, *speak(speaker, text))
    print(path, flush=True)
