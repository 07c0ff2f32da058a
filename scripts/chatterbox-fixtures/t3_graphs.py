"""`embed_tokens` and `language_model` with the names, types and dynamic axes of the public export, over the weights of a T3 of the
reference. `check` holds them against the reference itself."""

import math

import onnx
import torch
from compact import compact
from tiny_reference import TEXT_FOLD
from torch import nn
from torch.nn import functional as F

START_SPEECH = 6561
STOP_SPEECH = 6562
EXAGGERATION = 6563


class BaseEmbeds(nn.Module):
    """Ids up to the first 0 are text, later ones speech; 6563 stands for the exaggeration."""

    def __init__(self, t3):
        super().__init__()
        self.text, self.text_positions = t3.text_emb.weight, t3.text_pos_emb.emb.weight
        self.speech, self.speech_positions = t3.speech_emb.weight, t3.speech_pos_emb.emb.weight
        self.emotion = t3.cond_enc.emotion_adv_fc

    def forward(self, input_ids, position_ids, exaggeration):
        stops = (input_ids == 0).long()
        before = torch.cumsum(stops, dim=1) - stops
        is_text = (before == 0) & (stops.sum(dim=1, keepdim=True) > 0)
        is_emotion = input_ids == EXAGGERATION
        nothing = torch.zeros_like(input_ids)
        text_ids = torch.where(is_text & ~is_emotion, input_ids, nothing)
        text = F.embedding(text_ids, self.text) + F.embedding(torch.where(is_text, position_ids, nothing), self.text_positions)
        speech_ids = torch.where(is_text | is_emotion, nothing, input_ids)
        speech = F.embedding(speech_ids, self.speech)
        speech = speech + F.embedding(torch.where(is_text, nothing, position_ids), self.speech_positions)
        emotion = self.emotion(exaggeration.view(-1, 1, 1))
        embeds = torch.where(is_text.unsqueeze(-1), text, speech)
        return torch.where(is_emotion.unsqueeze(-1), emotion, embeds)


class TurboEmbeds(nn.Module):
    """A single id is a token of speech; in a longer row ids below 50276 are text, and speech counts on from there."""

    def __init__(self, t3):
        super().__init__()
        self.high, self.low = nn.Parameter(t3.text_high), nn.Parameter(t3.text_low)
        self.speech = t3.speech_emb.weight
        self.text_ids = t3.text_emb.weight.shape[0]

    def forward(self, input_ids):
        length = torch.ones_like(input_ids).sum(dim=1, keepdim=True)
        ids = torch.where(length == 1, input_ids + self.text_ids, input_ids)
        is_text = ids < self.text_ids
        nothing = torch.zeros_like(ids)
        text_ids = torch.where(is_text, ids, nothing)
        high = torch.div(text_ids, TEXT_FOLD, rounding_mode="floor")
        text = F.embedding(high, self.high) + F.embedding(text_ids - high * TEXT_FOLD, self.low)
        speech = F.embedding(torch.where(is_text, nothing, ids - self.text_ids), self.speech)
        return torch.where(is_text.unsqueeze(-1), text, speech)


def attend(query, key, value, attention_mask):
    """`query` [b, h, s, d] are the last s positions of `key` [b, h, t, d]."""
    query_length, key_length = query.shape[2], key.shape[2]
    rows = torch.arange(query_length).view(-1, 1) + (key_length - query_length)
    is_later = torch.arange(key_length).view(1, -1) > rows
    scores = query @ key.transpose(2, 3) / math.sqrt(query.shape[-1])
    is_hidden = is_later.view(1, 1, query_length, key_length) | (attention_mask[:, None, None, :] == 0)
    return torch.softmax(scores.masked_fill(is_hidden, -1e9), dim=-1) @ value


def split_heads(x, heads):
    return x.view(x.shape[0], x.shape[1], heads, -1).transpose(1, 2)


def join_heads(x):
    return x.transpose(1, 2).reshape(x.shape[0], x.shape[2], -1)


class Model(nn.Module):
    """`half`: caches in float16, as the fp16 and q4f16 files have them, all else in float32."""

    def __init__(self, t3, half=False):
        super().__init__()
        self.t3, self.tfmr, self.half = t3, t3.tfmr, half

    def keep(self, past, new):
        if not self.half:
            both = torch.cat([past, new], dim=2)
            return both, both
        both = torch.cat([past, new.half()], dim=2)
        return both, both.float()


class Llama(Model):
    def forward(self, inputs_embeds, attention_mask, *past):
        heads = self.t3.cfg.num_attention_heads
        length = inputs_embeds.shape[1]
        positions = (torch.cumsum(attention_mask, dim=1) - 1)[:, -length:].float()
        angles = positions.unsqueeze(-1) * self.tfmr.rotary_emb.inv_freq.view(1, 1, -1)
        angles = torch.cat([angles, angles], dim=-1).unsqueeze(1)
        cos, sin = angles.cos(), angles.sin()

        def turn(x):
            first, second = x.chunk(2, dim=-1)
            return x * cos + torch.cat([-second, first], dim=-1) * sin

        x, present = inputs_embeds, []
        for index, layer in enumerate(self.tfmr.layers):
            normed = layer.input_layernorm(x)
            attention = layer.self_attn
            key_cache, key = self.keep(past[2 * index], turn(split_heads(attention.k_proj(normed), heads)))
            value_cache, value = self.keep(past[2 * index + 1], split_heads(attention.v_proj(normed), heads))
            query = turn(split_heads(attention.q_proj(normed), heads))
            x = x + attention.o_proj(join_heads(attend(query, key, value, attention_mask)))
            x = x + layer.mlp(layer.post_attention_layernorm(x))
            present += [key_cache, value_cache]
        return (self.t3.speech_head(self.tfmr.norm(x)), *present)


class Gpt2(Model):
    def forward(self, inputs_embeds, attention_mask, position_ids, *past):
        heads = self.t3.cfg.n_head
        x, present = inputs_embeds + self.tfmr.wpe(position_ids), []
        for index, block in enumerate(self.tfmr.h):
            query, key, value = block.attn.c_attn(block.ln_1(x)).chunk(3, dim=-1)
            key_cache, key = self.keep(past[2 * index], split_heads(key, heads))
            value_cache, value = self.keep(past[2 * index + 1], split_heads(value, heads))
            x = x + block.attn.c_proj(join_heads(attend(split_heads(query, heads), key, value, attention_mask)))
            x = x + block.mlp(block.ln_2(x))
            present += [key_cache, value_cache]
        return (self.t3.speech_head(self.tfmr.ln_f(x)), *present)


def make_past(t3, batch, half):
    heads = t3.cfg.num_attention_heads
    size = t3.dim // heads
    layers = len(t3.tfmr.h if t3.is_gpt else t3.tfmr.layers)
    return [torch.zeros(batch, heads, 0, size, dtype=torch.float16 if half else torch.float32) for _ in range(2 * layers)]


def check(t3):
    """The re-expressed backbone gives what the reference's gives."""
    torch.manual_seed(1)
    embeds = torch.randn(2, 9, t3.dim) * 0.3
    expected = t3.speech_head(t3.tfmr(inputs_embeds=embeds, use_cache=True)[0])
    past = make_past(t3, 2, False)
    rows = []
    for start, end in ((0, 6), (6, 7), (7, 8), (8, 9)):
        mask = torch.ones(2, end, dtype=torch.long)
        positions = torch.arange(start, end).view(1, -1).expand(2, -1)
        if t3.is_gpt:
            logits, *past = Gpt2(t3)(embeds[:, start:end], mask, positions, *past)
        else:
            logits, *past = Llama(t3)(embeds[:, start:end], mask, *past)
        rows.append(logits)
    worst = (torch.cat(rows, dim=1) - expected).abs().max().item()
    assert worst < 1e-4, f"the exported backbone differs from the reference's by {worst}"
    return worst


def export_embeds(t3, path):
    ids = torch.tensor([[START_SPEECH + 2, 255, 5, 0, START_SPEECH, START_SPEECH]])
    axes = {"input_ids": {0: "batch_size", 1: "sequence_length"}, "inputs_embeds": {0: "batch_size", 1: "sequence_length"}}
    if t3.is_gpt:
        args, names = (ids % 6000,), ["input_ids"]
        module = TurboEmbeds(t3)
    else:
        args, names = (ids, torch.zeros_like(ids), torch.tensor([0.5])), ["input_ids", "position_ids", "exaggeration"]
        axes |= {"position_ids": {0: "batch_size", 1: "sequence_length"}, "exaggeration": {0: "batch_size"}}
        module = BaseEmbeds(t3)
    save(module, args, path, names, ["inputs_embeds"], axes)


def export_model(t3, path, half=False):
    past = [p.new_zeros(p.shape[0], p.shape[1], 3, p.shape[3]) for p in make_past(t3, 2, half)]
    embeds, mask = torch.zeros(2, 2, t3.dim), torch.ones(2, 5, dtype=torch.long)
    layers = range(len(past) // 2)
    past_names = [f"past_key_values.{i}.{kind}" for i in layers for kind in ("key", "value")]
    present_names = [f"present.{i}.{kind}" for i in layers for kind in ("key", "value")]
    axes = {
        "inputs_embeds": {0: "batch_size", 1: "sequence_length"},
        "attention_mask": {0: "batch_size", 1: "total_sequence_length"},
        "logits": {0: "batch_size", 1: "sequence_length"},
    }
    axes |= {name: {0: "batch_size", 2: "past_sequence_length"} for name in past_names}
    axes |= {name: {0: "batch_size", 2: "total_sequence_length"} for name in present_names}
    if t3.is_gpt:
        axes["position_ids"] = {0: "batch_size", 1: "sequence_length"}
        positions = torch.arange(3, 5).view(1, -1).expand(2, -1)
        args, names = (embeds, mask, positions, *past), ["inputs_embeds", "attention_mask", "position_ids", *past_names]
        module = Gpt2(t3, half)
    else:
        args, names = (embeds, mask, *past), ["inputs_embeds", "attention_mask", *past_names]
        module = Llama(t3, half)
    save(module, args, path, names, ["logits", *present_names], axes)


def save(module, args, path, inputs, outputs, axes):
    torch.onnx.export(
        module.eval(), args, str(path), input_names=inputs, output_names=outputs, dynamic_axes=axes, opset_version=17,
        do_constant_folding=False, dynamo=False,
    )
    onnx.save(compact(onnx.load(str(path))), str(path))
