"""Small tokenizers of the public exports' kinds: the real ids of whatever has a meaning, a small vocabulary of their own."""

import json

from chatterbox.mtl_tts import SUPPORTED_LANGUAGES

TURBO_TAGS = ["[clear throat]", "[sigh]", "[shush]", "[cough]", "[groan]", "[sniff]", "[gasp]", "[chuckle]", "[laugh]"]
FIRST_TAG_ID = 50257
TURBO_END_OF_TEXT = 50256
# Speech begins behind the text in Turbo's one table.
TURBO_START_SPEECH = 50276 + 6561
START_SPEECH, EXAGGERATION, START, STOP = 6561, 6563, 255, 0


def added(content, number, normalized=False):
    return {
        "id": number, "content": content, "single_word": False, "lstrip": False, "rstrip": False,
        "normalized": normalized, "special": True,
    }


def write(path, parts):
    whole = {"version": "1.0", "truncation": None, "padding": None, "normalizer": None, "pre_tokenizer": None,
             "post_processor": None, "decoder": None, **parts}
    path.write_text(json.dumps(whole, ensure_ascii=False) + "\n")


def template(sequence):
    """`sequence`: names of special tokens with their ids, and None where the text goes."""
    single = [
        {"Sequence": {"id": "A", "type_id": 0}} if part is None else {"SpecialToken": {"id": part[0], "type_id": 0}}
        for part in sequence
    ]
    tokens = {name: {"id": name, "ids": [number], "tokens": [name]} for part in sequence if part for name, number in [part]}
    return {"type": "TemplateProcessing", "single": single, "pair": [*single, {"Sequence": {"id": "B", "type_id": 1}}],
            "special_tokens": tokens}


def letters(kind):
    found = " ".join(["etaoinshrdlucmfwypvbgkqjxz", "ETAOINSHRDLUCMFWYPVBGKQJXZ", "0123456789", ".,!?-'\"()[]"]).replace(" ", "")
    if kind == "multilingual":
        found += "áéñüßø" + "абвгдежзийклмнопрстуфхцчшщыьэюяё" + "אבגדהוזחטיכלמנסעפצקרשת" + "، ؟ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
        found += "".join(map(chr, [*range(0x1100, 0x1113), *range(0x1161, 0x1176), *range(0x11A8, 0x11C3)]))
        found += "".join(map(chr, [*range(0x3041, 0x3097), *range(0x3099, 0x309B), *range(0x30A1, 0x30FB), 0x30FC, 0x0301, 0x0308]))
        found += "。、，？！"
    return list(dict.fromkeys(found.replace(" ", "")))


def write_base(folder, kind):
    """Twice: as the export has it, with the spaces and the template inside, and as the reference reads it."""
    vocabulary = {"[STOP]": 0, "[UNK]": 1, "[SPACE]": 2, "[PAD]": 3, "[SEP]": 4, "[CLS]": 5, "[MASK]": 6}
    number = 10
    merges = [("t", "h"), ("th", "e"), ("i", "n"), ("o", "u"), ("e", "r"), ("in", "g")]
    for entry in [*letters(kind), *(first + second for first, second in merges)]:
        number += 1
        number += number == START
        vocabulary[entry] = number
    vocabulary["[START]"] = START
    special = [added("[STOP]", 0), added("[UNK]", 1), added("[SPACE]", 2), added("[START]", START)]
    if kind == "multilingual":
        marks = [f"[{code}]" for code in SUPPORTED_LANGUAGES] + [f"[cj_{c}]" for c in "abcdefghijklmnopqrstuvwxyz0123456789."]
        for mark in marks:
            number += 1
            vocabulary[mark] = number
            special.append(added(mark, number))
    model = {"type": "BPE", "dropout": None, "unk_token": "[UNK]", "continuing_subword_prefix": None, "end_of_word_suffix": None,
             "fuse_unk": False, "byte_fallback": False, "vocab": vocabulary, "merges": [list(pair) for pair in merges]}
    shared = {"model": model, "pre_tokenizer": {"type": "Whitespace"}}
    write(folder / "reference-tokenizer.json", {**shared, "added_tokens": special})
    speech = [added("[START_SPEECH]", START_SPEECH), added("[EXAGGERATION]", EXAGGERATION)]
    with_space = [added("[SPACE]", 2, normalized=True) if token["id"] == 2 else token for token in special]
    write(folder / "tokenizer.json", {
        **shared, "added_tokens": with_space + speech,
        "normalizer": {"type": "Replace", "pattern": {"String": " "}, "content": "[SPACE]"},
        "post_processor": template([
            ("[EXAGGERATION]", EXAGGERATION), ("[START]", START), None, ("[STOP]", STOP),
            ("[START_SPEECH]", START_SPEECH), ("[START_SPEECH]", START_SPEECH),
        ]),
    })


def write_turbo(folder):
    visible = [*range(33, 127), *range(161, 173), *range(174, 256)]
    names = {byte: chr(byte) for byte in visible}
    for byte in range(256):
        if byte not in names:
            names[byte] = chr(256 + len([b for b in range(byte) if b not in visible]))
    vocabulary = {names[byte]: i for i, byte in enumerate([*visible, *(b for b in range(256) if b not in visible)])}
    space = names[32]
    merges = [("t", "h"), ("th", "e"), (space, "the"), ("i", "n"), ("in", "g"), (space, "a"), ("o", "u"), ("e", "r")]
    for first, second in merges:
        vocabulary.setdefault(first + second, len(vocabulary))
    model = {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": "", "end_of_word_suffix": "",
             "fuse_unk": False, "byte_fallback": False, "vocab": vocabulary, "merges": [list(pair) for pair in merges]}
    special = [added("<|endoftext|>", TURBO_END_OF_TEXT)]
    special += [added(tag, FIRST_TAG_ID + i) for i, tag in enumerate(TURBO_TAGS)]
    special += [added("[START_SPEECH]", TURBO_START_SPEECH)]
    # Whoever reads the file in Rust takes an added token's number from here alone.
    vocabulary |= {token["content"]: token["id"] for token in special}
    write(folder / "tokenizer.json", {
        "model": model, "added_tokens": special,
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True},
        "decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
        "post_processor": template([None, ("[START_SPEECH]", TURBO_START_SPEECH)]),
    })


def write_cangjie(folder):
    """A few characters with their Cangjie codes, in the form of the model's own table; two share a code."""
    rows = ["日\ta", "月\tb", "明\tab", "你\tonf", "好\tvnd", "我\thqi", "朋\tbb", "友\tke", "天\tmk", "昍\taa", "昌\taa"]
    (folder / "Cangjie5_TC.json").write_text(json.dumps(rows, ensure_ascii=False) + "\n")
