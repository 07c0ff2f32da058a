"""The reference's own modules at a tiny size with seeded random weights: everything is built by the classes of the package
chatterbox-tts (MIT, Resemble AI); only their sizes are changed."""

import contextlib
import functools

import torch
from chatterbox.models.s3gen import s3gen as s3gen_module
from chatterbox.models.s3gen import xvector
from chatterbox.models.s3gen.decoder import ConditionalDecoder
from chatterbox.models.s3gen.f0_predictor import ConvRNNF0Predictor
from chatterbox.models.s3gen.flow import CausalMaskedDiffWithXvec
from chatterbox.models.s3gen.flow_matching import CausalConditionalCFM
from chatterbox.models.s3gen.hifigan import HiFTGenerator
from chatterbox.models.s3gen.transformer.upsample_encoder import (
    PreLookaheadLayer,
    Upsample1D,
    UpsampleConformerEncoder,
)
from chatterbox.models.s3tokenizer.s3tokenizer import S3Tokenizer
from chatterbox.models.t3 import t3 as t3_module
from chatterbox.models.t3.llama_configs import LLAMA_CONFIGS
from chatterbox.models.t3.modules import cond_enc
from chatterbox.models.t3.modules.perceiver import Perceiver
from chatterbox.models.t3.modules.t3_config import T3Config
from s3tokenizer.model_v2 import ModelConfig, S3TokenizerV2

LAYERS = 2
HEADS = 2
HIDDEN = 8
TEXT_IDS = {"base": 704, "multilingual": 2454, "turbo": 50276}
STOP_SPEECH = 6562
TEXT_FOLD = 256
FLOW_CHANNELS = 8
HIFT_CHANNELS = 16
# Absolute positions of the tiny Turbo; the real one has 8196.
TURBO_POSITIONS = 2048


def snap(parameter):
    """To a grid of 255 steps, so that the table can lie in the file as whole numbers and still be exactly the reference's."""
    with torch.no_grad():
        step = parameter.abs().max() / 127
        parameter.copy_((parameter / step).round() * step)


def fold_text(t3):
    """Fifty thousand rows of text as the sums of two small tables, by an id's high and low part."""
    ids = torch.arange(t3.text_emb.weight.shape[0])
    t3.text_high = t3.text_emb.weight[: ids.max() // TEXT_FOLD + 1].detach().clone()
    t3.text_low = t3.text_emb.weight[-TEXT_FOLD:].detach().clone()
    with torch.no_grad():
        t3.text_emb.weight.copy_(t3.text_high[ids // TEXT_FOLD] + t3.text_low[ids % TEXT_FOLD])


def set_turbo(hp):
    """As the reference does where it loads Turbo."""
    hp.llama_config_name = "GPT2_medium"
    hp.speech_tokens_dict_size = 6563
    hp.input_pos_emb = None
    hp.speech_cond_prompt_len = 375
    hp.use_perceiver_resampler = False
    hp.emotion_adv = False


def make_t3(kind, seed):
    torch.manual_seed(seed)
    hp = T3Config(text_tokens_dict_size=TEXT_IDS[kind])
    if kind == "turbo":
        set_turbo(hp)
        LLAMA_CONFIGS["GPT2_medium"].update(
            n_embd=HIDDEN, hidden_size=HIDDEN, n_head=HEADS, n_layer=LAYERS, n_positions=TURBO_POSITIONS, vocab_size=8
        )
    else:
        LLAMA_CONFIGS["Llama_520M"].update(
            hidden_size=HIDDEN, intermediate_size=2 * HIDDEN, num_hidden_layers=LAYERS, num_attention_heads=HEADS,
            num_key_value_heads=HEADS, head_dim=HIDDEN // HEADS,
        )
    cond_enc.Perceiver = functools.partial(Perceiver, 32, HIDDEN, HIDDEN, 4)
    # The export has no attention outputs, so what the reference reads from them cannot be had by whoever runs it.
    t3_module.AlignmentStreamAnalyzer = NoAnalyzer
    t3 = t3_module.T3(hp).eval()
    shape_speech(t3)
    for table in (t3.text_emb, t3.speech_emb, t3.speech_head):
        snap(table.weight)
    if kind == "turbo":
        fold_text(t3)
    for table in (t3.text_pos_emb, t3.speech_pos_emb):
        if table is not None:
            snap(table.emb.weight)
    if kind == "turbo":
        snap(t3.tfmr.wpe.weight)
    return t3


class NoAnalyzer:
    eos_idx = STOP_SPEECH

    def __init__(self, *_args, **_kwargs):
        pass

    def step(self, logits, **_kwargs):
        return logits


def shape_speech(t3):
    """Random weights speak for ever. Dimension 0 is made to tell that a token ends the speech, as every 41st does, and the stop
    token to listen to it: a sentence lasts one or two seconds."""
    with torch.no_grad():
        t3.text_emb.weight.mul_(0.5)
        t3.speech_emb.weight.mul_(0.5)
        for table in (t3.text_emb, t3.speech_emb):
            table.weight[:, 0] = 0
        t3.speech_emb.weight[7:6561:41, 0] = 3
        t3.speech_head.weight.normal_(0, 1.2)
        t3.speech_head.weight[:, 0] = 0
        # Nobody trained it to leave the ids beyond the codes alone.
        t3.speech_head.weight[STOP_SPEECH - 1 :] = 0
        t3.speech_head.weight[STOP_SPEECH, 0] = 8


def make_s3gen(kind, seed):
    """Tokenizer, speaker encoder, flow and vocoder; their reference methods `embed_ref` and `inference` work on it as they are."""
    torch.manual_seed(seed)
    meanflow = kind == "turbo"
    model = s3gen_module.S3Token2Wav.__new__(s3gen_module.S3Token2Wav)
    torch.nn.Module.__init__(model)
    # Rotary positions of the reference are made for heads of 64.
    config = ModelConfig(n_mels=128, n_audio_state=64, n_audio_head=1, n_audio_layer=1)
    S3TokenizerV2.__init__.__defaults__ = (config,)
    model.tokenizer = make_tokenizer(config)
    model.mel_extractor = s3gen_module.mel_spectrogram
    xvector.FCM.__init__.__defaults__ = (xvector.BasicResBlock, [2, 2], 2, 80)
    # It has 12, 24 and 16 layers in its three blocks.
    xvector.zip = lambda _layers, *others: zip((1, 2, 1), *others)
    model.speaker_encoder = xvector.CAMPPlus(memory_efficient=False, growth_rate=2, bn_size=2, init_channels=8)
    model.meanflow = meanflow
    size = FLOW_CHANNELS
    encoder = UpsampleConformerEncoder(
        output_size=size, attention_heads=2, linear_units=2 * size, num_blocks=1, input_layer="linear",
        pos_enc_layer_type="rel_pos_espnet", selfattention_layer_type="rel_selfattn", input_size=size,
        use_cnn_module=False, macaron_style=False,
    )
    encoder.pre_lookahead_layer = PreLookaheadLayer(channels=size, pre_lookahead_len=3)
    encoder.up_layer = Upsample1D(channels=size, out_channels=size, stride=2)
    encoder.up_encoders = encoder.up_encoders[:1]
    estimator = ConditionalDecoder(
        in_channels=320, out_channels=80, causal=True, channels=[size], dropout=0.0, attention_head_dim=size,
        n_blocks=1, num_mid_blocks=1, num_heads=1, act_fn="gelu", meanflow=meanflow,
    )
    decoder = CausalConditionalCFM(spk_emb_dim=80, cfm_params=s3gen_module.CFM_PARAMS, estimator=estimator)
    model.flow = CausalMaskedDiffWithXvec(input_size=size, encoder=encoder, decoder=decoder)
    model.resamplers = {}
    model.mel2wav = HiFTGenerator(
        base_channels=HIFT_CHANNELS, sampling_rate=24000, upsample_rates=[8, 5, 3], upsample_kernel_sizes=[16, 11, 7],
        source_resblock_kernel_sizes=[7, 7, 11], source_resblock_dilation_sizes=[[1]] * 3,
        resblock_kernel_sizes=[3], resblock_dilation_sizes=[[1, 3]],
        f0_predictor=ConvRNNF0Predictor(cond_channels=FLOW_CHANNELS),
    )
    trim = 24000 // 50
    fade = torch.zeros(2 * trim)
    fade[trim:] = (torch.cos(torch.linspace(torch.pi, 0, trim)) + 1) / 2
    model.register_buffer("trim_fade", fade, persistent=False)
    model.estimator_dtype = "fp32"
    with torch.no_grad():
        # Voiced at about 140 Hz, as a voice is; random weights would whisper.
        model.mel2wav.f0_predictor.classifier.bias.fill_(140.0)
        for convolution in (model.mel2wav.conv_post, *model.mel2wav.ups, model.mel2wav.conv_pre):
            for name, value in convolution.named_parameters():
                if name.endswith("original1"):
                    value.normal_(0, 0.25)
    for module in model.mel2wav.modules():
        if torch.nn.utils.parametrize.is_parametrized(module):
            torch.nn.utils.parametrize.remove_parametrizations(module, "weight")
    for parameter in model.parameters():
        if parameter.ndim > 1 and parameter.numel() > 400:
            snap(parameter)
    return model.eval()


def make_tokenizer(config):
    tokenizer = S3Tokenizer("speech_tokenizer_v2_25hz", config)
    for parameter in tokenizer.parameters():
        if parameter.ndim > 1:
            torch.nn.init.normal_(parameter, 0, 1.5 / parameter[0].numel() ** 0.5)
        else:
            torch.nn.init.normal_(parameter, 0, 0.1)
    for module in tokenizer.modules():
        if isinstance(module, torch.nn.LayerNorm):
            torch.nn.init.ones_(module.weight)
    # Far from the edges between two codes, so that another order of summing up does not change a token.
    torch.nn.init.normal_(tokenizer.quantizer._codebook.project_down.weight, 0, 3.0)
    return tokenizer


def pattern(shape):
    """What stands in for noise [batch, channel, frame]: the same in the reference and in the graph, and by frame, so that a
    shorter run sees the same beginning."""
    channels = torch.arange(shape[-2]).view(-1, 1)
    frames = torch.arange(shape[-1]).view(1, -1)
    values = (frames * 7919 + channels * 104729 + frames * channels * 31) % 1009
    return ((values.float() / 1009.0 - 0.5) * 3.4).expand(tuple(shape)).clone()


@contextlib.contextmanager
def without_noise():
    """The reference draws noise in its decoder; here it draws the pattern, and silence in the vocoder."""
    randn, randn_like, sample = torch.randn, torch.randn_like, torch.distributions.Uniform.sample

    def is_mel(shape):
        return len(shape) == 3 and shape[-2] == 80

    torch.randn = lambda *shape, **_: pattern(shape) if is_mel(shape) else torch.zeros(*shape)
    torch.randn_like = lambda x, **_: pattern(x.shape) if is_mel(x.shape) else torch.zeros_like(x)
    torch.distributions.Uniform.sample = lambda _self, sample_shape=(): torch.zeros(*sample_shape)
    try:
        yield
    finally:
        torch.randn, torch.randn_like, torch.distributions.Uniform.sample = randn, randn_like, sample
