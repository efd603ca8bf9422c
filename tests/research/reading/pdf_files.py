"""PDF files made for tests, each with the text that it was set from: by typst as a person would set them, by fpdf2 word
by word, where the places of the words matter.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fpdf import FPDF

from hitl.report.export.fonts import fonts_for, typst_fonts


@dataclass(frozen=True)
class Vocabulary:
    """Parts of sentences of a language."""

    starts: Sequence[str]
    doers: Sequence[str]
    deeds: Sequence[str]
    things: Sequence[str]
    ends: Sequence[str]
    form: str = "{start} {doer} {deed} {thing} {end}."


ENGLISH = Vocabulary(
    (
        "In the first year|After the investigation|During the negotiations|According to the municipality|"
        "For the time being|Under these circumstances|Without any explanation|In the neighbouring province|"
        "Towards the end of the century"
    ).split("|"),
    "the administration|an independent commission|the engineering department|the responsible minister|the manufacturer|"
    "a group of international scientists|the representatives of the inhabitants|the university hospital".split("|"),
    "recommended|discontinued|investigated|underestimated|communicated|considered|published|rejected|implemented".split(
        "|"
    ),
    "the environmental regulations|the accumulated expenditure|a comprehensive understanding of groundwater|"
    "the development of alternative technologies|the interdisciplinary recommendations|the measurements of temperature|"
    "a considerable improvement of the infrastructure|the transportation of agricultural products".split("|"),
    "because the circumstances had changed considerably|and informed the population immediately|"
    "which surprised most of the participants|although nobody had expected an alternative|"
    "as the documentation of the experiment demonstrates|before the temperature exceeded the limit".split("|"),
)
GERMAN = Vocabulary(
    "Im ersten Halbjahr|Nach der Untersuchung|Während der Verhandlungen|Trotz erheblicher Schwierigkeiten|"
    "Im darauffolgenden Jahrzehnt|Unter diesen Voraussetzungen|Aufgrund der Überschwemmungen".split("|"),
    "die Stadtverwaltung|der Untersuchungsausschuss|die Bundesregierung|das Wissenschaftsministerium|"
    "die Krankenversicherung|der Gesundheitsbeauftragte|die Arbeitsgemeinschaft".split("|"),
    "veröffentlichte|berücksichtigte|unterschätzte|beschleunigte|verwirklichte|verhinderte|untersuchte".split("|"),
    "die Verbesserung der Trinkwasserversorgung|den Wiederaufbau der Eisenbahnverbindungen|"
    "die Geschwindigkeitsbegrenzung auf Landstraßen|die Wahrscheinlichkeitsberechnungen der Sachverständigen|"
    "den außergewöhnlichen Temperaturunterschied|die Zusammenarbeit der Nachbargemeinden".split("|"),
    "weil sich die Rahmenbedingungen verändert hatten|und benachrichtigte die Bevölkerung|"
    "obwohl niemand mit Gegenvorschlägen gerechnet hatte|bevor die Temperaturen überschritten wurden".split("|"),
    "{start} {deed} {doer} {thing}, {end}.",
)
HEBREW = (
    "הממשלה אישרה בשנת 2019 תקציב של 450 מיליון שקלים לשיקום מערכת המים. "
    "התושבים ביקשו לדעת מתי תסתיים העבודה, והמהנדסים השיבו שהיא תימשך שלוש שנים."
)
ARABIC = (
    "وافقت الحكومة في عام 2019 على ميزانية قدرها 450 مليون دينار لإصلاح شبكة المياه. "
    "وسأل السكان عن موعد انتهاء العمل، فأجاب المهندسون بأنه سيستمر ثلاث سنوات."
)
CHINESE = (
    "委员会在三月召开会议，详细讨论了供水系统的费用，并且发现水泵的用电量比邻近城镇多三分之一。"
    "居民希望知道工程何时结束，工程师回答说还需要三年时间。"
)
JAPANESE = (
    "委員会は三月に会合を開き、水道事業の費用について詳しく検討した結果、"
    "ポンプの電力使用量が隣の町より三分の一ほど多いことを明らかにした。"
)


def sentences(count: int, seed: int = 0, vocabulary: Vocabulary = ENGLISH) -> list[str]:
    """Sentences that are all different, the same ones for the same seed."""
    choose = random.Random(seed)
    made: dict[str, None] = {}
    while len(made) < count:
        parts = {
            "start": choose.choice(vocabulary.starts),
            "doer": choose.choice(vocabulary.doers),
            "deed": choose.choice(vocabulary.deeds),
            "thing": choose.choice(vocabulary.things),
            "end": choose.choice(vocabulary.ends),
        }
        made[vocabulary.form.format(**parts)] = None
    return list(made)


def paragraphs(count: int, seed: int = 0, vocabulary: Vocabulary = ENGLISH, most: int = 4) -> list[str]:
    """Paragraphs of one to `most` sentences, no sentence of which comes twice."""
    choose = random.Random(seed + 1000)
    lengths = [choose.randint(1, most) for _ in range(count)]
    left = iter(sentences(sum(lengths), seed, vocabulary))
    return [" ".join(next(left) for _ in range(length)) for length in lengths]


def set_text(*parts: str) -> str:
    """Paragraphs as typst's markup has them."""
    return "\n\n".join(part.replace("#", "\\#").replace("$", "\\$").replace("*", "\\*") for part in parts) + "\n\n"


def fonts(text: str) -> str:
    """A list of fonts that together have the letters of a text, as typst's markup has it; empty if there are none."""
    found = fonts_for(set(text))
    return f"({', '.join(map(repr, found.text))},)".replace("'", '"') if set(text) <= found.characters else ""


def by_typst(source: str) -> bytes:
    """A PDF that typst sets from its markup."""
    import typst

    content = typst.Compiler(source.encode(), font_paths=typst_fonts()).compile(format="pdf")
    assert isinstance(content, bytes)
    return content


def by_fpdf(draw: Callable[[FPDF], object]) -> bytes:
    """A PDF of one page or more that fpdf2 draws; the first page is begun, in Helvetica of 11 points."""
    file = FPDF(unit="pt", format="A4")
    file.set_auto_page_break(False)
    file.add_page()
    file.set_font("helvetica", size=11)
    draw(file)
    return bytes(file.output())


def at(file: FPDF, x: float, y: float, text: str, size: float = 11, style: str = "") -> None:
    """Write a text at a place of the page, in points from its left and upper edge."""
    file.set_font("helvetica", style, size)
    file.text(x, y, text)
