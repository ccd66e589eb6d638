#!/usr/bin/env python3
"""Writes folding.txt: how the words of texts are compared, after Unicode's NFKC_Casefold, decomposed.

    eng/text-folding.py > services/retrieval/IclMesh.Retrieval.Core/Texts/folding.txt
"""
import sys
import unicodedata


def fold(text):
    while True:
        folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
        if folded == text:
            return folded
        text = folded


print(f"# Made by eng/text-folding.py from the Unicode Character Database, version {unicodedata.unidata_version}. Copyright Unicode, Inc.,")
print("# licensed under the Unicode License Agreement, https://www.unicode.org/license.txt. All numbers are hexadecimal.")
print("# class CLASS FIRST LAST | shift FIRST LAST STEP TO (every STEP-th character, TO for the first) | to CHARACTER PARTS")
classes, shifts, lists = [], [], []
for code in range(sys.maxunicode + 1):
    # Syllables of Hangul are cut up by arithmetic.
    if 0xD800 <= code <= 0xDFFF or 0xAC00 <= code <= 0xD7A3:
        continue
    character = chr(code)
    if kind := unicodedata.combining(character):
        if classes and classes[-1][0] == kind and classes[-1][2] == code - 1:
            classes[-1][2] = code
        else:
            classes.append([kind, code, code])
    folded = [ord(part) for part in fold(character)]
    if len(folded) == 1 and folded[0] != code:
        last = shifts[-1] if shifts else None
        step = code - last[1] if last else 0
        if last and step in (1, 2) and last[2] in (0, step) and folded[0] - code == last[3] - last[0]:
            last[1], last[2] = code, step
        else:
            shifts.append([code, code, 0, folded[0]])
    elif len(folded) != 1:
        lists.append((code, folded))
for kind, first, last in classes:
    print(f"class {kind:x} {first:x} {last:x}")
for first, last, step, to in shifts:
    print(f"shift {first:x} {last:x} {step or 1:x} {to:x}")
for code, parts in lists:
    print(f"to {code:x} " + " ".join(f"{part:x}" for part in parts))
