from __future__ import annotations

import pytest

from hitl.research.enclosures import Span
from hitl.research.search.references import is_reference, sources_label

REFERENCES = [
    '[1] J. Smith, "The pool", Town Press, 1961.',
    "Smith, J. (2013). The turbines of the valley. Journal of Wind, 3(2), 11–19. https://doi.org/10.1000/xyz",
    "Doe, A. and Roe, B. (2014) Wind and towns. London: Town Press.",
    "1. Smith J, Doe A. Wind power in towns. Lancet. 2013;3:11-19.",
    "Müller, H.: Wind und Stadt. In: Zeitschrift für Wind 3 (2013), S. 11–19.",
    "[1] Müller, H.: Wind und Stadt. In: Zeitschrift für Wind 3 (2013), S. 11–19.",
    "[2] Schmidt, A. (2014): Windräder im Gebirge. München: Stadtverlag.",
    "Smith, John. The Pool. London: Town Press, 1961.",
    "[1] 王伟. 风力发电[J]. 能源, 2013, 3(2): 11-19.",
    "山田太郎（2013）「風力」『エネルギー』3(2), pp. 11-19.",
    "Иванов И. И. Ветер и город. — М.: Наука, 2013. — 120 с.",
    "Dupont, J., « Le vent », Revue du vent, n° 3, 2013, p. 11-19.",
    "García, M. (2012). El viento y la ciudad. Madrid: Editorial Norte.",
    "Rossi, M. (2010), Il vento, Milano, Feltrinelli, pp. 12-15.",
    "Silva, A. B. (2009). O vento. São Paulo: Editora Sul.",
    "de Vries, P. (2011). De wind. Amsterdam: Boom.",
    "Kowalski, J. (2008). Wiatr i miasto. Warszawa: PWN, s. 12–18.",
    "Novák, J. Vítr a město. Praha: Academia, 2007. ISBN 978-80-200-1234-5.",
    "Andersson, B. (2015). Vinden och staden. Stockholm: Norstedts.",
    "Virtanen, M. (2016). Tuuli ja kaupunki. Helsinki: Otava.",
    "Yılmaz, A. (2014). Rüzgâr ve kent. Ankara: Kent Yayınları, s. 12.",
    "Παπαδόπουλος, Γ. (2012). Ο άνεμος και η πόλη. Αθήνα: Κέδρος.",
    "World Bank (2013). World Development Report. Washington, DC: World Bank. https://example.org",
    "Smith, J. et al. Wind. Nature 512, 11–19 (2014).",
    "A. Doe and B. Roe, “Wind in towns,” in Proc. Conf. Wind, 2014, pp. 1–8.",
    "https://example.org/a/very/long/path/with/words/and/more.html",
    "Available at: https://example.org/report (accessed 3 May 2013).",
    "3. Jones AB, Lee C. Heat and health. BMJ 2011;342:d123.",
    "[Smi13] J. Smith. The pool. Journal of Pools, 2013.",
    "Coughlan, M. 2013. The pool and the town. Journal of Pools 12: 3–9.",
    "Knuth, Donald E. The Art of Computer Programming, Volume 1. Addison-Wesley, 3rd ed., 1997.",
]
SENTENCES = [
    "The turbines were built in 2011 on the northern ridge (see page 12). They deliver 40 gigawatt hours a year.",
    "J. R. R. Tolkien, born in 1892, wrote “The Hobbit” and taught at Oxford until he was old.",
    "Smith (2013) showed that the yield of the turbines fell by 12 % in dry years, as did Doe (2014).",
    "In 2013, the town paid 4,000 euros (2012: 3,500 euros) for the roof of the pool.",
    "Adults: 4 euros; children: 2 euros; dogs: free (since 2013).",
    "On 3 May 2013, J. Smith, the mayor, said: “The pool stays open.”",
    "Wer 2013 kündigt, muss nach § 12 Abs. 3 S. 2 BGB eine Frist von zwei Wochen wahren.",
    "Der Betrag von 3.000 Euro (2013) wird nach Art. 5 Abs. 1 Nr. 3 gezahlt.",
    "Smith, J. was mayor of the town in 2013 and again from 2015 on, when the pool was built.",
    "1. The fee is 4 euros (2013: 3 euros).",
    "[3] The heat of the oceans was measured by floats in 2004 and later.",
    "A. Smith was elected in 2013 with 53 % of the votes and resigned in 2014.",
    "Dr. Müller, H. Schmidt und A. Weber stimmten 2013 dafür.",
    "Mercury: 0.39 AU, 88 days; Venus: 0.72 AU, 225 days (1990).",
    "The report is available at https://example.org and tells of the costs of the pool in 2013 and later.",
    "Contact: Ann Berg, 12 High Street, Leeds, since 2013. Phone: 0113 496 0000.",
    "In 1928, Fleming discovered penicillin; in 1945, he warned of resistance.",
    "2019: 12 | 2020: 13",
    "The Moon (1969): Apollo 11 landed on 20 July 1969, at 20:17 UTC.",
    "Am 3. Mai 2013 (S. 12) beschloss der Rat: Das Bad bleibt offen.",
    "2. Senat, Urteil vom 3. Mai 2013: Die Klage wird abgewiesen.",
    "1990–2010: Head of the pool; 2010–2013: mayor of Leeds.",
]
FOOTNOTES = [
    "BGH, Urteil vom 3.5.2013 – VIII ZR 12/12, NJW 2013, S. 1234.",
    "Vgl. Müller 2013, S. 12.",
    "See Smith 2013, p. 5.",
    "Cf. Doe (2014), pp. 3–9.",
    "Voir Dupont, 2013, p. 12.",
]


@pytest.mark.parametrize("text", REFERENCES)
def test_references_are_known(text):
    assert is_reference(text, Span(0, len(text)))


@pytest.mark.parametrize("text", [*SENTENCES, ""])
def test_sentences_are_no_references(text):
    assert not is_reference(text, Span(0, len(text)))


@pytest.mark.parametrize("text", FOOTNOTES)
def test_footnotes_can_refer_to_a_source_in_other_forms(text):
    assert is_reference(text, Span(0, len(text)), is_footnote=True)


@pytest.mark.parametrize("text", [text for text in SENTENCES if not text.startswith("Contact")])
def test_a_footnote_that_says_something_is_no_reference(text):
    assert not is_reference(text, Span(0, len(text)), is_footnote=True)


def test_a_long_paragraph_is_no_reference():
    text = "Smith, J. (2013). " + "The wind. Journal of Wind, 3(2), 11–19. " * 30

    assert not is_reference(text, Span(0, len(text)))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("List of references", "en"),
        ("7. References", "fi"),
        ("Lähdeluettelo", "fi"),
        ("อ้างอิง", "th"),
        ("Irodalomjegyzék:", "hu"),
        ("Literatura", "sk"),
        ("References", "xx"),
    ],
)
def test_labels_of_lists_of_sources_are_known(text: str, language: str):
    assert sources_label(language).fullmatch(text)


@pytest.mark.parametrize(("text", "language"), [("Fonts", "en"), ("Reference", "en"), ("Bronnen", "de")])
def test_a_word_of_another_language_is_no_label(text: str, language: str):
    assert not sources_label(language).fullmatch(text)
