"""Writes byte-pairs.json: what Hugging Face's tokenizers learns from a text, and how it cuts others.

    pip install tokenizers==0.23.3
    python tests/lib/golden/byte-pairs.py
"""

import json
import pathlib

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

here = pathlib.Path(__file__)
novel = here.parents[3] / "node_modules" / "@stdlib" / "datasets-moby-dick" / "data"
texts = [
    (novel / "chapter_1.txt").read_text(encoding="utf8")[:9000],
    "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich. Fünf, zwölf, zwanzig: größer, höher, schöner!\n" * 3,
    "Съешь ещё этих мягких французских булок, да выпей чаю. いろはにほへと ちりぬるを わかよたれそ つねならむ 🙂🙃🙂🙃👩‍👩‍👧‍👧\n" * 3,
    "for (let i = 0; i < 10; i++) {\n    console.log(i, aaaaaaaaaaaaaaa, 1000000, 1000000);\n}\n\n\n" * 4,
]
special = ["<|end|>", "<|end|>of", "<pad>"]
probes = [
    "",
    " ",
    "Call me Ishmael. Some years ago--never mind how long precisely",
    "I'm sure they'll say it's what we've sworn; don't, I'd, you're. 'Tis WE'LL",
    "two  spaces,   three, a tab\tand\r\nlines\n\n\n  and the end   ",
    "no\u00a0break, \u2003em, \u3000ideographic, \u0085next, \ufeffmark, \u200bzero",
    "größer 🙂👩‍👩‍👧‍👧 ﷽ e\u0301 ½ Ⅻ ٣ 漢字 \U0001f1e9\U0001f1ea",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa 1000000000 a1b2 ___ !!!???",
    "\x00\x01\x7f\xad",
    "one<|end|>two<|end|>of<pad><pad> three <|end|",
]
cases = []
for name, sizes in [("plain", []), ("special", special)]:
    for size, least in [(300, 2), (600, 2), (4000, 2), (900, 3), (4000, 1)]:
        tokenizer = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.decoder = decoders.ByteLevel()
        trainer = trainers.BpeTrainer(
            vocab_size=size,
            min_frequency=least,
            special_tokens=sizes,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        )
        tokenizer.train_from_iterator(texts, trainer)
        vocab = tokenizer.get_vocab()
        merges = [[vocab[a], vocab[b]] for a, b in json.loads(tokenizer.to_str())["model"]["merges"]]
        encoded = [tokenizer.encode(probe).ids for probe in probes]
        for probe, ids in zip(probes, encoded):
            assert tokenizer.decode(ids, skip_special_tokens=False) == probe, probe
        cases.append(
            {
                "size": size,
                "minCount": least,
                "special": sizes,
                "learnt": tokenizer.get_vocab_size(),
                "merges": merges,
                "encoded": encoded,
            }
        )

stored = {"texts": texts, "probes": probes, "cases": cases}
target = here.with_suffix(".json")
target.write_text(json.dumps(stored, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf8")
print(f"{len(cases)} cases, {target.stat().st_size} bytes")
