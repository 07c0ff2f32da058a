"""`speech_encoder` and `conditional_decoder` with the names, types and dynamic axes of the public export, over the tiny modules of the
reference. What the exporter cannot trace (FFTs, complex numbers, masks of one clip) is re-expressed; `check_*` hold the outcome
against the reference's own methods."""

import math

import librosa
import numpy as np
import torch
import torchaudio
from chatterbox.models.s3gen import decoder as decoder_module
from chatterbox.models.s3gen.transformer import embedding as embedding_module
from chatterbox.models.s3gen.transformer import upsample_encoder as upsample_module
from chatterbox.models.t3.modules.cond_enc import T3Cond
from compact import fold
from t3_graphs import join_heads, save, split_heads
from tiny_reference import pattern, without_noise
from torch import nn
from torch.nn import functional as F

RATE = 24000
LOW_RATE = 16000
# Samples of the clip's beginning that mel, prompt tokens and the prompt of T3 are made from.
PROMPT_SAMPLES = 10 * RATE
T3_PROMPT_SAMPLES = {"base": 6 * LOW_RATE, "multilingual": 6 * LOW_RATE, "turbo": 15 * LOW_RATE}
# Euler steps; the reference takes 10 for base, but the graph grows with each.
FLOW_STEPS = 2


def take_frames(audio, size, hop):
    """[1, n] → [frames, size]"""
    count = (audio.shape[1] - size) // hop + 1
    indices = torch.arange(count).unsqueeze(1) * hop + torch.arange(size).unsqueeze(0)
    return audio[0][indices]


def transform(frames, size):
    """Real and imaginary parts [frames, size / 2 + 1]; the tables are made in the graph, which keeps the file small."""
    turns = (torch.arange(frames.shape[1]).unsqueeze(1) * torch.arange(size // 2 + 1).unsqueeze(0)) % size
    angles = turns.float() * (2 * math.pi / size)
    return frames @ angles.cos(), -(frames @ angles.sin())


class MelBank(nn.Module):
    """librosa's triangles, from their edges."""

    def __init__(self, rate, size, bands, highest):
        super().__init__()
        edges = librosa.mel_frequencies(n_mels=bands + 2, fmin=0.0, fmax=highest)
        self.register_buffer("edges", torch.from_numpy(edges).double())
        self.bins, self.step = size // 2 + 1, rate / size

    def forward(self):
        bins = torch.arange(self.bins).double().unsqueeze(0) * self.step
        low, middle, high = (self.edges[i : self.edges.shape[0] - 2 + i].unsqueeze(1) for i in range(3))
        triangle = torch.minimum((bins - low) / (middle - low), (high - bins) / (high - middle))
        return (torch.relu(triangle) * (2.0 / (high - low))).float()


class KaldiFeatures(nn.Module):
    """Kaldi's filter bank as the speaker encoder asks for it, its mean taken away."""

    def __init__(self):
        super().__init__()
        window = torch.hann_window(400, periodic=False).pow(0.85)
        self.register_buffer("window", window)
        lowest, highest = (1127.0 * math.log(1.0 + f / 700.0) for f in (20.0, 8000.0))
        edges = lowest + (highest - lowest) / 81 * np.arange(82)
        self.register_buffer("edges", torch.from_numpy(edges))

    def forward(self, audio):
        frames = take_frames(audio, 400, 160)
        frames = frames - frames.mean(dim=1, keepdim=True)
        frames = frames - 0.97 * torch.cat([frames[:, :1], frames[:, :-1]], dim=1)
        real, imaginary = transform(frames * self.window, 512)
        power = (real**2 + imaginary**2)[:, :256]
        mels = 1127.0 * torch.log(1.0 + torch.arange(256).double() * (16000 / 512) / 700.0).unsqueeze(0)
        low, middle, high = (self.edges[i : 80 + i].unsqueeze(1) for i in range(3))
        bank = torch.relu(torch.minimum((mels - low) / (middle - low), (high - mels) / (high - middle))).float()
        features = torch.log(torch.clamp(power @ bank.t(), min=torch.finfo(torch.float).eps))
        return (features - features.mean(dim=0, keepdim=True)).unsqueeze(0)


class SpeechEncoder(nn.Module):
    def __init__(self, t3, s3gen, kind):
        super().__init__()
        self.t3, self.s3gen, self.kind = t3, s3gen, kind
        resampler = torchaudio.transforms.Resample(RATE, LOW_RATE)
        self.register_buffer("resample_kernel", resampler.kernel)
        self.resample_reach = resampler.width
        self.mel_bank = MelBank(RATE, 1920, 80, 8000.0)
        self.token_bank = MelBank(LOW_RATE, 400, 128, 8000.0)
        self.register_buffer("mel_window", torch.hann_window(1920))
        self.register_buffer("token_window", torch.hann_window(400))
        self.kaldi = KaldiFeatures()
        frequencies = 1.0 / (10000.0 ** (torch.arange(0, 64, 2).float() / 64))
        self.register_buffer("frequencies", torch.cat([frequencies, frequencies]))

    def resample(self, audio):
        padded = F.pad(audio.unsqueeze(1), (self.resample_reach, self.resample_reach + 3))
        steps = F.conv1d(padded, self.resample_kernel, stride=3)
        length = (audio.shape[1] * 2 + 2) // 3
        return steps.transpose(1, 2).reshape(1, -1)[:, :length]

    def mel(self, audio):
        padded = F.pad(audio.unsqueeze(1), (720, 720), mode="reflect")[:, 0]
        real, imaginary = transform(take_frames(padded, 1920, 480) * self.mel_window, 1920)
        magnitudes = torch.sqrt(real**2 + imaginary**2 + 1e-9)
        return torch.log(torch.clamp(magnitudes @ self.mel_bank().t(), min=1e-5)).unsqueeze(0)

    def token_mel(self, audio):
        padded = F.pad(audio.unsqueeze(1), (200, 200), mode="reflect")[:, 0]
        real, imaginary = transform(take_frames(padded, 400, 160) * self.token_window, 400)
        power = (real**2 + imaginary**2)[:-1]
        mel = torch.log10(torch.clamp(power @ self.token_bank().t(), min=1e-10))
        return (torch.maximum(mel, mel.max() - 8.0) + 4.0) / 4.0

    def tokenize(self, mel):
        """[frames, 128] → [1, frames / 4]"""
        encoder = self.s3gen.tokenizer.encoder
        x = F.gelu(encoder.conv2(F.gelu(encoder.conv1(mel.t().unsqueeze(0))))).transpose(1, 2)
        angles = torch.arange(x.shape[1]).float().unsqueeze(1) * self.frequencies.unsqueeze(0)
        cos, sin = angles.cos(), angles.sin()

        def turn(y):
            y = split_heads(y, y.shape[2] // 64)
            return y * cos + torch.cat([-y[..., 32:], y[..., :32]], dim=-1) * sin

        for block in encoder.blocks:
            attention, normed = block.attn, block.attn_ln(x)
            value = attention.value(normed)
            memory = attention.fsmn_block(F.pad(value.transpose(1, 2), (15, 15))).transpose(1, 2) + value
            scores = turn(attention.query(normed)) @ turn(attention.key(normed)).transpose(2, 3) / 8.0
            heard = torch.softmax(scores, dim=-1) @ split_heads(value, value.shape[2] // 64)
            x = x + attention.out(join_heads(heard)) + memory
            x = x + block.mlp(block.mlp_ln(x))
        digits = torch.round(torch.tanh(self.s3gen.tokenizer.quantizer._codebook.project_down(x)) * 0.9990000128746033) + 1
        return (digits * torch.pow(3.0, torch.arange(8).float())).sum(dim=-1).long()

    def forward(self, audio_values):
        low = self.resample(audio_values)
        prompt = audio_values[:, :PROMPT_SAMPLES]
        tokens = self.tokenize(self.token_mel(self.resample(prompt)))
        x_vector = self.s3gen.speaker_encoder(self.kaldi(low))
        t3_mel = self.token_mel(low[:, : T3_PROMPT_SAMPLES[self.kind]])
        t3_tokens = self.tokenize(t3_mel[: 4 * self.t3.hp.speech_cond_prompt_len])
        spoken = F.embedding(t3_tokens, self.t3.speech_emb.weight)
        encoder = self.t3.cond_enc
        # The export bakes the embedding of a speaker that is all zeros; so does this.
        speaker = encoder.spkr_enc(torch.zeros(1, 256)).unsqueeze(1)
        if not self.t3.is_gpt:
            spoken = spoken + self.t3.speech_pos_emb.emb.weight[torch.arange(t3_tokens.shape[1])]
            spoken = encoder.perceiver(spoken)
        return torch.cat([speaker, spoken], dim=1), tokens, x_vector, self.mel(prompt)


@torch.no_grad()
def encode_with_reference(t3, s3gen, kind, audio):
    """What the reference hears in `audio` [n] at 24 kHz, resampled as `embed_ref` does it."""
    prompt = audio[:PROMPT_SAMPLES]
    heard = s3gen.embed_ref(prompt, RATE)
    low = torchaudio.transforms.Resample(RATE, LOW_RATE)(audio.unsqueeze(0))[0]
    tokens, _ = s3gen.tokenizer.forward([low[: T3_PROMPT_SAMPLES[kind]]], max_len=t3.hp.speech_cond_prompt_len)
    return heard, torch.atleast_2d(tokens)


def make_t3_cond(tokens, exaggeration):
    return T3Cond(speaker_emb=torch.zeros(1, 256), cond_prompt_speech_tokens=tokens, emotion_adv=exaggeration * torch.ones(1, 1, 1))


class ConditionalDecoder(nn.Module):
    def __init__(self, s3gen):
        super().__init__()
        self.s3gen = s3gen
        size = 16
        turns = torch.arange(size).unsqueeze(0) * torch.arange(size // 2 + 1).unsqueeze(1)
        angles = 2 * math.pi * turns.double() / size
        window = torch.hann_window(size, dtype=torch.double)
        basis = torch.cat([angles.cos(), -angles.sin()]) * window
        self.register_buffer("analysis", basis.float().unsqueeze(1))
        weights = torch.full((9, 1), 2.0, dtype=torch.double)
        weights[0] = weights[-1] = 1.0
        self.register_buffer("synthesis", (basis * torch.cat([weights, weights]) / size).float().unsqueeze(1))
        self.register_buffer("envelope", (window**2).float().view(1, 1, -1))

    def forward(self, speech_tokens, speaker_embeddings, speaker_features):
        flow = self.s3gen.flow
        speaker = flow.spk_embed_affine_layer(F.normalize(speaker_embeddings, dim=1))
        x = flow.input_embedding(speech_tokens)
        length = torch.ones_like(speech_tokens).sum(dim=1)
        h, _ = flow.encoder(x, length)
        mu = flow.encoder_proj(h).transpose(1, 2)
        prompt_frames = speaker_features.shape[1]
        frames = mu.shape[2]
        condition = torch.cat(
            [speaker_features.transpose(1, 2), torch.zeros(1, 80, 1).expand(1, 80, frames - prompt_frames)], dim=2
        )
        mel = self.solve(mu, speaker, condition, prompt_frames)[:, :, prompt_frames:]
        return self.vocode(mel)

    def solve(self, mu, speaker, condition, prompt_frames):
        decoder = self.s3gen.flow.decoder
        mask = torch.ones_like(mu[:, :1])
        steps = torch.linspace(0, 1, FLOW_STEPS + 1)
        if self.s3gen.meanflow:
            ahead, speech = make_pattern(mu[:, :, :prompt_frames]), make_pattern(mu[:, :, prompt_frames:])
            x = torch.cat([ahead, speech], dim=2)
            for start, end in zip(steps[:-1], steps[1:]):
                start, end = start.view(1), end.view(1)
                x = x + (end - start) * decoder.estimator(x, mask, mu, start, spks=speaker, cond=condition, r=end)
            return x
        x = make_pattern(mu)
        steps = 1 - torch.cos(steps * 0.5 * torch.pi)
        rate = decoder.inference_cfg_rate
        for start, end in zip(steps[:-1], steps[1:]):
            slope = decoder.estimator(
                torch.cat([x, x]), torch.cat([mask, mask]), torch.cat([mu, torch.zeros_like(mu)]), start.view(1).expand(2),
                spks=torch.cat([speaker, torch.zeros_like(speaker)]), cond=torch.cat([condition, torch.zeros_like(condition)]),
            )
            x = x + (end - start) * ((1.0 + rate) * slope[:1] - rate * slope[1:])
        return x

    def vocode(self, mel):
        hift = self.s3gen.mel2wav
        f0 = hift.f0_upsamp(hift.f0_predictor(mel).unsqueeze(1))
        harmonics = torch.arange(1, hift.nb_harmonics + 2).view(1, -1, 1)
        # The reference's running sum is float32 too, but its partial sums are not.
        turns = torch.cumsum((f0 * harmonics / 24000).double(), dim=-1).float()
        generator = hift.m_source.l_sin_gen
        voiced = (f0 > generator.voiced_threshold).float()
        sines = generator.sine_amp * torch.sin(2 * np.pi * (turns - torch.floor(turns))) * voiced
        source = torch.tanh(hift.m_source.l_linear(sines.transpose(1, 2))).transpose(1, 2)
        spectrum = F.conv1d(F.pad(source, (8, 8), mode="reflect"), self.analysis, stride=4)
        x = hift.conv_pre(mel)
        for i in range(hift.num_upsamples):
            x = hift.ups[i](F.leaky_relu(x, hift.lrelu_slope))
            if i == hift.num_upsamples - 1:
                x = hift.reflection_pad(x)
            x = x + hift.source_resblocks[i](hift.source_downs[i](spectrum))
            blocks = hift.resblocks[i * hift.num_kernels : (i + 1) * hift.num_kernels]
            x = sum(block(x) for block in blocks) / hift.num_kernels
        x = hift.conv_post(F.leaky_relu(x))
        magnitude, phase = torch.clip(torch.exp(x[:, :9]), max=1e2), torch.sin(x[:, 9:])
        parts = torch.cat([magnitude * torch.cos(phase), magnitude * torch.sin(phase)], dim=1)
        sound = F.conv_transpose1d(parts, self.synthesis, stride=4)
        weight = F.conv_transpose1d(torch.ones_like(parts[:, :1]), self.envelope, stride=4)
        sound = (sound / torch.clamp(weight, min=1e-11))[:, 0, 8:-8]
        sound = torch.clamp(sound, -hift.audio_limit, hift.audio_limit)
        fade = self.s3gen.trim_fade
        return torch.cat([sound[:, :960] * fade, sound[:, 960:]], dim=1)


def make_pattern(like):
    """`pattern` of the reference, in operators that are traced."""
    channels = torch.arange(80).view(1, -1, 1)
    frames = torch.cumsum(torch.ones_like(like[:, :1]).long(), dim=2) - 1
    values = (frames * 7919 + channels * 104729 + frames * channels * 31) % 1009
    return (values.float() / 1009.0 - 0.5) * 3.4


def make_exportable():
    """Takes the place of helpers that would freeze the length which the trace is made with."""
    upsample_module.make_pad_mask = lambda lengths, max_len=0: torch.arange(max_len).unsqueeze(0) >= lengths.unsqueeze(1)
    decoder_module.pack = lambda parts, _: (torch.cat(parts, dim=1), None)
    decoder_module.rearrange = lambda x, _: x.transpose(1, 2)
    decoder_module.repeat = lambda x, _, t: x.unsqueeze(-1).expand(-1, -1, t)

    def encode_positions(self, x, offset=0):
        length = x.shape[1]
        distances = (length - 1 - torch.arange(2 * length - 1)).float().unsqueeze(1)
        rates = torch.exp(torch.arange(0, self.d_model, 2).float() * -(math.log(10000.0) / self.d_model))
        angles = distances * rates.unsqueeze(0)
        embedding = torch.stack([angles.sin(), angles.cos()], dim=2).reshape(1, -1, self.d_model)
        return x * self.xscale, embedding

    embedding_module.EspnetRelPositionalEncoding.forward = encode_positions


@torch.no_grad()
def decode_with_reference(s3gen, speech_tokens, heard):
    """`speech_tokens` [1, n] without the prompt."""
    with without_noise():
        sound, _ = s3gen.inference(speech_tokens, ref_dict=dict(heard), n_cfm_timesteps=FLOW_STEPS)
    return sound


def export_encoder(encoder, path):
    audio = torch.randn(1, 960 * 40) * 0.1
    axes = {
        "audio_values": {0: "batch_size", 1: "num_samples"},
        "audio_features": {0: "batch_size", 1: "sequence_length"},
        "audio_tokens": {0: "batch_size", 1: "audio_sequence_length"},
        "speaker_embeddings": {0: "batch_size"},
        "speaker_features": {0: "batch_size", 1: "feature_dim"},
    }
    outputs = ["audio_features", "audio_tokens", "speaker_embeddings", "speaker_features"]
    save(encoder, (audio,), path, ["audio_values"], outputs, axes)


def export_decoder(decoder, path):
    tokens = torch.arange(45).view(1, -1) * 100
    axes = {
        "speech_tokens": {0: "batch_size", 1: "num_speech_tokens"},
        "speaker_embeddings": {0: "batch_size"},
        "speaker_features": {0: "batch_size", 1: "feature_dim"},
        "waveform": {0: "batch_size", 1: "num_samples"},
    }
    args = (tokens, torch.randn(1, 192), torch.randn(1, 40, 80))
    save(decoder, args, path, ["speech_tokens", "speaker_embeddings", "speaker_features"], ["waveform"], axes)
    fold(path)
