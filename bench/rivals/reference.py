"""A model's own Python package: speaks each line of standard input and answers with its time. Arguments: engine, graph, voices, speaker."""

import json
import sys
import time

engine, graph, voices, speaker = sys.argv[1:5]
if engine == "kokoro":
    from kokoro_onnx import Kokoro

    kokoro = Kokoro(graph, voices)

    def speak(text):
        samples, rate = kokoro.create(text, voice=speaker, speed=1.0, lang="en-us")
        return len(samples) / rate

else:
    from piper import PiperVoice

    voice = PiperVoice.load(graph)

    def speak(text):
        return sum(len(chunk.audio_float_array) / chunk.sample_rate for chunk in voice.synthesize(text))


print(json.dumps({"ready": True}), flush=True)
for line in sys.stdin:
    started = time.perf_counter()
    audio_sec = speak(json.loads(line))
    print(json.dumps({"ms": (time.perf_counter() - started) * 1000, "audioSec": audio_sec}), flush=True)
