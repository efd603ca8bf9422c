from __future__ import annotations

import pytest

from hitl.research.enclosures import Span
from hitl.research.search.captions import caption_kind

FIGURES = [
    "Figure 3: The turbines on the ridge.",
    "FIGURE 3 The turbines on the ridge",
    "Figure 3",
    "Fig. S1: The ridge",
    "Figure 4a. The left half",
    "Figure A-3. The yield",
    "Figure 3 | The turbines",
    "[Figure 3: The turbines]",
    "Abbildung 3: Die Windräder",
    "Abb. 4 – Ertrag der Windräder",
    "Bild 3: Die Windräder",
    "Gráfico 1. El viento",
    "Figura 2 - O vento",
    "Rys. 3. Turbiny",
    "Рис. 3. Ветер",
    "Рисунок 3 — Ветер",
    "Obr. 3: Vítr",
    "Obrázek 3 Větrné elektrárny",
    "Slika 3. Vjetar",
    "Figur 3. Vinden",
    "Kuva 3. Tuuli",
    "Joonis 3. Tuul",
    "Şekil 3. Rüzgâr",
    "Σχήμα 3. Ο άνεμος",
    "3. ábra: A szél",
    "चित्र 3: पवन चक्की",
    "الشكل 3: الرياح",
    "شکل 3: باد",
    "איור 3: הרוח",
    "图3：风力发电机",
    "图 3 风力发电机",
    "圖三 風車",
    "図３　風車",
    "그림 3. 풍력",
    "ภาพที่ 3 กังหันลม",
    "Diagram nr 3: Ceny",
]
TABLES = [
    "Table 2. Costs of the turbines",
    "Table IV. Costs",
    "Table B. Costs",
    "Tabelle 2. Kosten",
    "Tableau 2 : Coûts",
    "Cuadro 3. Costes",
    "Tabla 3 Costes",
    "Tabela 1 – Custos",
    "Tabella 1: Costi",
    "Tabel 2. Kosten",
    "Таблица 2 - Цены",
    "Табл. 1. Ціни",
    "Tabuľka 2. Náklady",
    "Tabell 2: Kostnader",
    "Taulukko 2. Hinnat",
    "Tablo 2: Maliyetler",
    "Πίνακας 2: Κόστος",
    "Tabelul 2. Costuri",
    "2. táblázat. Költségek",
    "Taula 2. Costos",
    "तालिका 2: लागत",
    "جدول 2: التكاليف",
    "טבלה 2: עלויות",
    "表2 成本",
    "表2：費用",
    "표 2: 비용",
    "ตารางที่ 2 ค่าใช้จ่าย",
]
SENTENCES = [
    "Figure 3 shows that the yield fell.",
    "Figures 3 and 4 show the yield.",
    "Figure 3 and Table 2 show it.",
    "Figure 3's turbines stand on the ridge.",
    "Figure 3 – 5 show the yield.",
    "Fig. 3–5 show that the yield fell.",
    "Figure it out: the yield fell.",
    "Table tennis is played in the hall.",
    "Table 2 lists all of the costs.",
    "Box office: 3 million",
    "Tabelle 2 zeigt alle Kosten.",
    "Karten kosten 3 Euro.",
    "La figure 3 montre le vent.",
    "Карта 3 показывает ветер.",
    "Obrázek 3 ukazuje vítr.",
    "图3显示了成本。",
    "图 3 显示了成本。",
    "図3は風車である。",
    "الشكل 3 يوضح الرياح.",
    "चित्र 3 में पवन चक्की है।",
    "그림 3은 풍력을 보여준다.",
    "",
]


@pytest.mark.parametrize("text", FIGURES)
def test_captions_of_figures_are_known(text):
    assert caption_kind(text, Span(0, len(text))) == "caption of a figure"


@pytest.mark.parametrize("text", TABLES)
def test_captions_of_tables_are_known(text):
    assert caption_kind(text, Span(0, len(text))) == "caption of a table"


@pytest.mark.parametrize("text", SENTENCES)
def test_sentences_are_no_captions(text):
    assert caption_kind(text, Span(0, len(text))) is None


def test_only_the_beginning_of_a_paragraph_makes_it_a_caption():
    text = "It blew. Figure 3: The ridge."

    assert caption_kind(text, Span(0, len(text))) is None
    assert caption_kind(text, Span(9, len(text))) == "caption of a figure"
