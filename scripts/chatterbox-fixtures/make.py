"""Builds the tiny Chatterbox models in test/fixtures/chatterbox and records what the reference makes of them. See README.md."""

import argparse
import base64
import json
import sys
import tempfile
import warnings
from contextlib import contextmanager
from pathlib import Path

warnings.filterwarnings("ignore")
import librosa
import numpy as np
import onnx
import onnxruntime
import soundfile
import t3_graphs
import tokenizer_files
import torch
import voice_graphs
from chatterbox import mtl_tts, tts, tts_turbo
from chatterbox.models.tokenizers import tokenizer as reference_tokenizer
from tiny_reference import make_s3gen, make_t3
from tokenizers import Tokenizer
from transformers.cache_utils import DynamicCache

ROOT = Path(__file__).resolve().parents[2] / "test" / "fixtures" / "chatterbox"
KINDS = ("turbo", "base", "multilingual")
GREEDY_STEPS = 200
TEXT = "the harbour lay quiet, and the last boat came home before the rain"
LANGUAGE = "de"
PUNCTUATION = [
    "", "hello there", "Wait... what", "one; two: three", "a - b", "“Quoted” and ‘so’", "dash—and–dash", "ends with comma,",
    "double  space\tand tab", "done!", "really ?", "好", "ends 。", "x…", "éclair", "a , b",
]
SPOKEN = {
    "en": "Hello World", "de": "Grüße aus Köln", "ko": "안녕하세요 친구", "zh": "你好明天昍昌", "ja": "こんにちは カタカナ", "ru": "Привет ёлка",
    "he": "שלום", "fr": "Ça va",
}


class Draws:
    """Takes the place of torch.multinomial: the same distribution, by a number that is written down."""

    def __init__(self, seed, greedy):
        self.random, self.greedy, self.drawn = np.random.default_rng(seed), greedy, []

    def __call__(self, probabilities, num_samples):
        assert num_samples == 1
        row = probabilities[0].double()
        if self.greedy:
            # It goes on for as long as it is asked to.
            row[t3_graphs.STOP_SPEECH] = 0
            return row.argmax().view(1, 1)
        number = self.random.random()
        self.drawn.append(number)
        sums = torch.cumsum(row, dim=0)
        return torch.searchsorted(sums, torch.tensor(number * sums[-1].item(), dtype=torch.double), right=True).view(1, 1)


@contextmanager
def half_caches():
    """The reference remembers keys and values as the fp16 and q4f16 files keep them, and computes as before."""
    update = DynamicCache.update

    def round_and_update(self, keys, values, *rest, **named):
        return update(self, keys.half().float(), values.half().float(), *rest, **named)

    DynamicCache.update = round_and_update
    try:
        yield
    finally:
        DynamicCache.update = update


def generate(t3, cond, text_ids, draws, limit, **settings):
    original, torch.multinomial = torch.multinomial, draws
    try:
        text = torch.tensor([text_ids])
        if t3.is_gpt:
            tokens = t3.inference_turbo(cond, text, max_gen_len=limit - 1, **settings)
        else:
            tokens = t3.inference(t3_cond=cond, text_tokens=torch.cat([text, text]), max_new_tokens=limit, **settings)
    finally:
        torch.multinomial = original
    return [token for token in tokens[0].tolist() if token != t3_graphs.STOP_SPEECH]


def encode_text(kind, folder, text):
    """As the reference does, start and stop of the text included."""
    if kind == "turbo":
        return Tokenizer.from_file(str(folder / "tokenizer.json")).encode(tts_turbo.punc_norm(text), add_special_tokens=False).ids
    path = str(folder / "reference-tokenizer.json")
    if kind == "base":
        ids = reference_tokenizer.EnTokenizer(path).encode(tts.punc_norm(text))
    else:
        ids = reference_tokenizer.MTLTokenizer(path).encode(mtl_tts.punc_norm(text), language_id=LANGUAGE)
    return [tokenizer_files.START, *ids, tokenizer_files.STOP]


def record_prefill(t3, cond, text_ids):
    """The reference's logits for the first token of speech, conditioned and not."""
    text = torch.tensor([text_ids])
    speech = torch.full((1, 1), t3_graphs.START_SPEECH)
    if t3.is_gpt:
        embeds, _ = t3.prepare_input_embeds(t3_cond=cond, text_tokens=text, speech_tokens=speech)
    else:
        embeds, _ = t3.prepare_input_embeds(
            t3_cond=cond, text_tokens=torch.cat([text, text]), speech_tokens=torch.cat([speech, speech]), cfg_weight=0.5
        )
        start = t3.speech_emb(speech) + t3.speech_pos_emb.get_fixed_embedding(0)
        embeds = torch.cat([embeds, torch.cat([start, start])], dim=1)
    return t3.speech_head(t3.tfmr(inputs_embeds=embeds)[0][:, -1])


class Recording:
    """Numbers in JSON; large arrays as base64 of little-endian values."""

    def __init__(self):
        self.parts = {}

    def add(self, name, value):
        if torch.is_tensor(value):
            value = value.detach().numpy()
        if isinstance(value, np.ndarray):
            value = {"dtype": value.dtype.name, "dims": list(value.shape), "base64": base64.b64encode(value.tobytes()).decode()}
        self.parts[name] = value

    def write(self, path):
        path.write_text(json.dumps(self.parts, ensure_ascii=False, indent=1) + "\n")


@torch.no_grad()
def make(kind, s3gen_seed=8, t3_seed=7):
    folder = ROOT / kind
    (folder / "onnx").mkdir(parents=True, exist_ok=True)
    recording = Recording()
    if kind == "turbo":
        tokenizer_files.write_turbo(folder)
    else:
        tokenizer_files.write_base(folder, kind)
    if kind == "multilingual":
        tokenizer_files.write_cangjie(folder)
        patch_multilingual(folder)
    t3, s3gen = make_t3(kind, t3_seed), make_s3gen(kind, s3gen_seed)
    if kind == "multilingual":
        # It hears with the graph of base, which has what T3 makes of a voice inside.
        base = make_t3("base", t3_seed)
        for name in ("cond_enc", "speech_emb", "speech_pos_emb"):
            getattr(t3, name).load_state_dict(getattr(base, name).state_dict())
    print(kind, "backbone differs by", t3_graphs.check(t3))

    audio, rate = soundfile.read(ROOT / "clip.wav", dtype="float32")
    assert rate == 24000
    if kind == "turbo":
        audio = tts_turbo.ChatterboxTurboTTS.norm_loudness(None, audio, rate).astype(np.float32)
    audio = torch.from_numpy(audio[: len(audio) // 960 * 960])
    heard, t3_tokens = voice_graphs.encode_with_reference(t3, s3gen, kind, audio)
    exaggeration = 0.7
    cond = voice_graphs.make_t3_cond(t3_tokens, exaggeration)
    features = t3.prepare_conditioning(cond)
    # The export puts the exaggeration into the text's embeddings.
    recording.add("audioFeatures", features if kind == "turbo" else features[:, :-1])
    recording.add("audioTokens", heard["prompt_token"][0].tolist())
    recording.add("speakerEmbedding", heard["embedding"])
    recording.add("mel", heard["prompt_feat"][:, ::9].contiguous())
    recording.add("exaggeration", exaggeration)

    text_ids = encode_text(kind, folder, TEXT)
    recording.add("text", TEXT)
    recording.add("textIds", text_ids)
    # Every fifth.
    recording.add("prefillLogits", record_prefill(t3, cond, text_ids)[:, ::5].contiguous())
    greedy = {"temperature": 1.0, "repetition_penalty": 1.2, "top_p": 1.0}
    sampled = {"temperature": 0.8, "repetition_penalty": 1.2}
    if kind == "turbo":
        greedy |= {"top_k": 0}
        sampled |= {"top_p": 0.95, "top_k": 1000}
    else:
        greedy |= {"min_p": 0.05, "cfg_weight": 0.5}
        sampled |= {"min_p": 0.05, "top_p": 0.9, "cfg_weight": 0.5}
    recording.add("greedy", {"settings": greedy, "tokens": generate(t3, cond, text_ids, Draws(0, True), GREEDY_STEPS, **greedy)})
    tokens = []
    seed = 0
    while not 40 < len(tokens) < 90:
        seed += 1
        draws = Draws(seed, False)
        tokens = generate(t3, cond, text_ids, draws, 400, **sampled)
    recording.add("sampled", {"settings": sampled, "tokens": tokens, "draws": draws.drawn})
    if kind == "turbo":
        with half_caches():
            recording.add("half", {
                "greedy": generate(t3, cond, text_ids, Draws(0, True), GREEDY_STEPS, **greedy),
                "sampled": generate(t3, cond, text_ids, Draws(seed, False), 400, **sampled),
            })
    print(kind, len(recording.parts["greedy"]["tokens"]), "greedy tokens,", len(tokens), "sampled tokens of", len(draws.drawn), "draws",
          "distinct", len(set(recording.parts["greedy"]["tokens"])), len(set(tokens)), "prompt", len(set(heard["prompt_token"][0].tolist())))

    spoken = torch.tensor([[token for token in tokens if token < t3_graphs.START_SPEECH][:25]])
    sound = voice_graphs.decode_with_reference(s3gen, spoken, heard)
    recording.add("spoken", spoken[0].tolist())
    recording.add("waveform", (sound[0] * 32767).round().to(torch.int16))
    record_text(kind, folder, recording)

    voice_graphs.make_exportable()
    encoder, decoder = voice_graphs.SpeechEncoder(t3, s3gen, kind).eval(), voice_graphs.ConditionalDecoder(s3gen).eval()
    graphs = folder / "onnx"
    t3_graphs.export_embeds(t3, graphs / "embed_tokens.onnx")
    t3_graphs.export_model(t3, graphs / "language_model.onnx")
    if kind == "turbo":
        t3_graphs.export_model(t3, graphs / "language_model_fp16.onnx", half=True)
    if kind != "multilingual":
        voice_graphs.export_encoder(encoder, graphs / "speech_encoder.onnx")
        voice_graphs.export_decoder(decoder, graphs / "conditional_decoder.onnx")
        check_voice(graphs, audio, heard, features, spoken, sound)
    if kind == "base":
        # Beside the graph, as the public export has it.
        path = graphs / "embed_tokens.onnx"
        (graphs / "embed_tokens.onnx_data").unlink(missing_ok=True)
        model = onnx.load(path)
        onnx.save_model(model, path, save_as_external_data=True, all_tensors_to_one_file=True, location="embed_tokens.onnx_data",
                        size_threshold=1024)
    recording.write(folder / "recording.json")


def check_voice(graphs, audio, heard, features, tokens, sound):
    session = onnxruntime.InferenceSession(str(graphs / "speech_encoder.onnx"))
    audio_features, audio_tokens, speaker, mel = session.run(None, {"audio_values": audio[None].numpy()})
    rows = audio_features.shape[1]
    differences = {
        "audio_features": np.abs(audio_features - features[:, :rows].numpy()).max(),
        "audio_tokens": int((audio_tokens != heard["prompt_token"].numpy()).sum()),
        "speaker_embeddings": np.abs(speaker - heard["embedding"].numpy()).max(),
        "speaker_features": np.abs(mel - heard["prompt_feat"].numpy()).max(),
    }
    session = onnxruntime.InferenceSession(str(graphs / "conditional_decoder.onnx"))
    speech = torch.cat([heard["prompt_token"], tokens], dim=1).numpy()
    (waveform,) = session.run(None, {"speech_tokens": speech, "speaker_embeddings": speaker, "speaker_features": mel})
    differences["waveform"] = np.abs(waveform - sound.numpy()).max()
    print("graphs differ from the reference by", {name: float(value) for name, value in differences.items()})
    assert max(differences.values()) < 1e-3


def patch_multilingual(folder):
    """The converter asks the network for its table; here it reads the one that was just written."""

    def load(self, _model_dir=None):
        for entry in json.loads((folder / "Cangjie5_TC.json").read_text()):
            word, code = entry.split("\t")[:2]
            self.word2cj[word] = code
            self.cj2word.setdefault(code, []).append(word)

    reference_tokenizer.ChineseCangjieConverter._load_cangjie_mapping = load


def record_text(kind, folder, recording):
    normalise = {"turbo": tts_turbo, "base": tts, "multilingual": mtl_tts}[kind].punc_norm
    recording.add("punctuation", {text: normalise(text) for text in PUNCTUATION})
    if kind == "turbo":
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        texts = ["Oh, that's hilarious! [chuckle] Um anyway.", "the thing [clear throat] over there", "naïve café"]
        recording.add("ids", {text: tokenizer.encode(text, add_special_tokens=False).ids for text in texts})
    elif kind == "base":
        tokenizer = reference_tokenizer.EnTokenizer(str(folder / "reference-tokenizer.json"))
        recording.add("ids", {text: tokenizer.encode(text) for text in ["Hello there, thing.", "a b  c", "The other ~ one?"]})
    else:
        tokenizer = reference_tokenizer.MTLTokenizer(str(folder / "reference-tokenizer.json"))
        recording.add("ids", {code: {"text": text, "ids": tokenizer.encode(text, language_id=code)} for code, text in SPOKEN.items()})


def record_resampling():
    """What librosa's resampler makes of the clip, from and to other rates, and torchaudio's."""
    audio, rate = soundfile.read(ROOT / "clip.wav", dtype="float32")
    recording = Recording()
    for source in (22050, 44100, 48000, 16000):
        clip = librosa.resample(audio[12000:18000], orig_sr=rate, target_sr=source)
        clip = np.round(clip * 32767).astype(np.int16)
        back = librosa.resample(clip.astype(np.float32) / 32768, orig_sr=source, target_sr=rate)
        recording.add(f"{source}.clip", clip)
        recording.add(f"{source}.resampled", np.round(back * 32767).astype(np.int16))
    import pyloudnorm

    recording.add("lufs", pyloudnorm.Meter(rate).integrated_loudness(audio))
    recording.write(ROOT / "resampling.json")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kinds", nargs="*", default=KINDS)
    torch.set_num_threads(1)
    if sys.argv[1:] == ["resampling"]:
        record_resampling()
    else:
        for kind in parser.parse_args().kinds:
            make(kind)
