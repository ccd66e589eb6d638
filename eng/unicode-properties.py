#!/usr/bin/env python3
"""Writes unicode-properties.txt: scripts and binary properties that .NET does not know, as python3-regex knows them.

    /usr/bin/python3 eng/unicode-properties.py > services/inference/IclMesh.Inference.Text/Patterns/unicode-properties.txt
"""

import regex

SCRIPTS = """Adlam Ahom Anatolian_Hieroglyphs Arabic Armenian Avestan Balinese Bamum Bassa_Vah Batak Bengali Bhaiksuki Bopomofo
Brahmi Braille Buginese Buhid Canadian_Aboriginal Carian Caucasian_Albanian Chakma Cham Cherokee Chorasmian Common Coptic Cuneiform
Cypriot Cypro_Minoan Cyrillic Deseret Devanagari Dives_Akuru Dogra Duployan Egyptian_Hieroglyphs Elbasan Elymaic Ethiopic Georgian
Glagolitic Gothic Grantha Greek Gujarati Gunjala_Gondi Gurmukhi Han Hangul Hanifi_Rohingya Hanunoo Hatran Hebrew Hiragana
Imperial_Aramaic Inherited Inscriptional_Pahlavi Inscriptional_Parthian Javanese Kaithi Kannada Katakana Kawi Kayah_Li Kharoshthi
Khitan_Small_Script Khmer Khojki Khudawadi Lao Latin Lepcha Limbu Linear_A Linear_B Lisu Lycian Lydian Mahajani Makasar Malayalam
Mandaic Manichaean Marchen Masaram_Gondi Medefaidrin Meetei_Mayek Mende_Kikakui Meroitic_Cursive Meroitic_Hieroglyphs Miao Modi
Mongolian Mro Multani Myanmar Nabataean Nag_Mundari Nandinagari New_Tai_Lue Newa Nko Nushu Nyiakeng_Puachue_Hmong Ogham Ol_Chiki
Old_Hungarian Old_Italic Old_North_Arabian Old_Permic Old_Persian Old_Sogdian Old_South_Arabian Old_Turkic Old_Uyghur Oriya Osage
Osmanya Pahawh_Hmong Palmyrene Pau_Cin_Hau Phags_Pa Phoenician Psalter_Pahlavi Rejang Runic Samaritan Saurashtra Sharada Shavian
Siddham SignWriting Sinhala Sogdian Sora_Sompeng Soyombo Sundanese Syloti_Nagri Syriac Tagalog Tagbanwa Tai_Le Tai_Tham Tai_Viet
Takri Tamil Tangsa Tangut Telugu Thaana Thai Tibetan Tifinagh Tirhuta Toto Ugaritic Unknown Vai Vithkuqi Wancho Warang_Citi Yezidi Yi
Zanabazar_Square""".split()
BINARY = ["Alphabetic", "Lowercase", "Uppercase", "Emoji", "Emoji_Presentation", "Extended_Pictographic", "Ideographic"]

EVERY = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]


def ranges(name):
    pattern = regex.compile(rf"\p{{{name}}}")
    found = []
    for character in EVERY:
        if pattern.match(character):
            code = ord(character)
            if found and found[-1][1] == code - 1:
                found[-1][1] = code
            else:
                found.append([code, code])
    return found


print(f"# Made by eng/unicode-properties.py from python3-regex {regex.__version__}: NAME RANGE..., hexadecimal. Data of the Unicode Character")
print("# Database. Copyright 1991-2022 Unicode, Inc., licensed under the Unicode License Agreement, https://www.unicode.org/license.txt.")
for name in [*(f"Script={script}" for script in SCRIPTS), *BINARY]:
    spelled = " ".join(f"{first:x}" if first == last else f"{first:x}-{last:x}" for first, last in ranges(name))
    print(name.removeprefix("Script="), spelled)
