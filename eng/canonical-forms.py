#!/usr/bin/env python3
"""Writes canonical-forms.txt from the Unicode Character Database (Debian: unicode-data).

    eng/canonical-forms.py /usr/share/unicode > services/inference/IclMesh.Inference.Text/Normalization/canonical-forms.txt
"""
import sys

folder = sys.argv[1]
classes, decompositions, excluded = {}, {}, set()
for line in open(f"{folder}/UnicodeData.txt", encoding="ascii"):
    fields = line.split(";")
    character = int(fields[0], 16)
    if fields[3] != "0":
        classes[character] = int(fields[3])
    if fields[5] and not fields[5].startswith("<"):
        decompositions[character] = fields[5].split()
for line in open(f"{folder}/DerivedNormalizationProps.txt", encoding="utf-8"):
    fields = line.split("#")[0].split(";")
    if len(fields) == 2 and fields[1].strip() == "Full_Composition_Exclusion":
        first, _, last = fields[0].strip().partition("..")
        excluded.update(range(int(first, 16), int(last or first, 16) + 1))

print("# Made by eng/canonical-forms.py from the Unicode Character Database, version 15.0.0. Copyright 1991-2022 Unicode, Inc.,")
print("# licensed under the Unicode License Agreement, https://www.unicode.org/license.txt. All numbers are hexadecimal.")
print("# class CLASS FIRST LAST | pair COMPOSED FIRST SECOND (both ways) | from COMPOSED PARTS (never composed again)")
start = previous = None
for character in sorted(classes) + [None]:
    if start is not None and (character != previous + 1 or classes[character] != classes[start]):
        print(f"class {classes[start]:x} {start:x} {previous:x}")
        start = None
    start, previous = (character if start is None else start), character
for character, parts in sorted(decompositions.items()):
    print("from" if character in excluded else "pair", f"{character:x}", " ".join(part.lstrip("0").lower() for part in parts))
