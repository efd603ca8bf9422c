"""Quotes and claims in ten languages, each with the verdict that it must get."""

from __future__ import annotations

from typing import NamedTuple

from hitl.report.verification.claims import Verdict


class Pair(NamedTuple):
    quote: str
    claim: str
    verdict: Verdict


TIDES = "Spring tides come twice a month. Neap tides follow about seven days later."
COFFEE = (
    "A large study of 2019 followed 40,000 adults for ten years. Coffee does not cause cancer in adult men, the "
    "authors write. Drinking three cups a day may reduce the risk of liver disease by 24 percent."
)
SOLAR = (
    "Solar power grew from 3 % of German electricity in 2010 to 12 % in 2023. Germany had 1.2 million rooftop plants "
    "in 2015 and 3,400,000 in 2023."
)
LIST = "The drug is safe for adults unless:\n- they are pregnant\n- they have had a stroke"
GERMAN = (
    "Der Meeresspiegel ist seit 1900 um etwa 20,5 Zentimeter gestiegen. Die Erwärmung der Ozeane trägt rund 40 Prozent "
    "dazu bei. Das Meereis der Arktis hat keinen Einfluss auf den Meeresspiegel."
)
FRENCH = (
    "Le niveau de la mer a augmenté de 20 centimètres depuis 1900. « La banquise ne fait pas monter la mer », dit-elle."
    " L'océan se réchauffe."
)
SPANISH = "El nivel del mar ha subido 20 centímetros desde 1900. El hielo del Ártico no eleva el nivel del mar."
ITALIAN = "Il vaccino protegge i bambini dal morbillo per anni. Costa 12,50 euro e non contiene mercurio."
POLISH = "Szczepionka chroni dzieci przed odrą przez wiele lat. Kosztuje ok. 30 zł i nie zawiera rtęci."
RUSSIAN = "Вакцина защищает детей от кори на многие годы. Она стоит 300 рублей и не содержит ртути."
CHINESE = "自1900年以来，全球海平面上升了约20厘米。海洋变暖是海平面上升的主要原因。北极海冰融化不会使海平面上升。"
JAPANESE = "海面は1900年から約20センチ上昇した。海の温暖化が主な原因である。北極の海氷は海面を上昇させない。"
KOREAN = "해수면은 1900년 이후 약 20센티미터 상승했다. 북극의 해빙은 해수면을 높이지 않는다."
THAI = "ระดับน้ำทะเลสูงขึ้น 20 เซนติเมตรตั้งแต่ปี 1900 น้ำแข็งในอาร์กติกไม่ทำให้ระดับน้ำทะเลสูงขึ้น"
ARABIC = "ارتفع مستوى سطح البحر ٢٠ سنتيمترا منذ عام ١٩٠٠. لا يرفع جليد القطب الشمالي مستوى سطح البحر."

VERBATIM = [
    (TIDES, "Spring tides come twice a month."),
    (TIDES, "spring tides come  twice\na month"),
    (TIDES, "“Neap tides follow about seven days later.”"),
    (TIDES, TIDES),
    ("“Tides rise,” he said. “They fall, too.”", "They fall, too."),
    ("“Tides rise,” he said. “They fall, too.”", '"Tides rise," he said.'),
    ("A. B. Smith found it in 1.5 days. It works!", "A. B. Smith found it in 1.5 days."),
    ("The tide can't wait. It comes.", "The tide can’t wait."),
    ("Why tides rise", "Why tides rise."),
    ("It was built of “stone”.", "It was built of stone."),
    (LIST, LIST),
    (LIST, " ".join(LIST.split())),
    ("Tides rise by 16\u202f000 litres.", "Tides rise by 16 000 litres."),
    ("Le cafe\u0301 ferme. Il rouvre.", "Le café ferme."),
    (GERMAN, "Der Meeresspiegel ist seit 1900 um etwa 20,5 Zentimeter gestiegen."),
    ("Das gilt z. B. im Mai. Danach nicht.", "Das gilt z. B. im Mai."),
    (FRENCH, "La banquise ne fait pas monter la mer, dit-elle."),
    (FRENCH, "L’océan se réchauffe."),
    (SPANISH, "El hielo del Ártico no eleva el nivel del mar."),
    ("¿Sube el mar? Sí, sube.", "¿Sube el mar?"),
    (ITALIAN, "Costa 12,50 euro e non contiene mercurio."),
    (POLISH, "Kosztuje ok. 30 zł i nie zawiera rtęci."),
    (RUSSIAN, "Она стоит 300 рублей и не содержит ртути."),
    (CHINESE, "海洋变暖是海平面上升的主要原因。"),
    (CHINESE, "自 1900 年以来，全球海平面上升了约 20 厘米。"),
    (JAPANESE, "海の温暖化が主な原因である。"),
    (KOREAN, "북극의 해빙은 해수면을 높이지 않는다."),
    (THAI, THAI),
    (ARABIC, "ارتفع مستوى سطح البحر ٢٠ سنتيمترا منذ عام ١٩٠٠."),
]
HALF_A_SENTENCE = [
    (COFFEE, "Cause cancer in adult men."),
    (COFFEE, "Drinking three cups a day may reduce the risk."),
    (LIST, "The drug is safe for adults."),
    (LIST, "The drug is safe for adults unless:"),
    ("The claim that vaccines cause autism has been debunked.", "Vaccines cause autism."),
    ("He said: “The dam is safe.” Nobody believed it.", "The dam is safe."),
    ("The minister (a liar) said so. The dam is safe.", "said so. The dam is safe."),
    ("It is not true that… Vaccines cause autism.", "Vaccines cause autism."),
    ("It is not true that... Vaccines cause autism.", "Vaccines cause autism."),
    ("The following is false: 1. Vaccines cause autism. 2. The earth is flat.", "Vaccines cause autism."),
    ("The following is false: a. Vaccines cause autism. b. The earth is flat.", "The earth is flat."),
    ("Smith et al. Doubt it.", "Smith et al."),
    ("Die Frist endet am 3. Mai nicht.", "Die Frist endet am 3."),
    ("Rauchen ist ab dem 16. Geburtstag verboten.", "Geburtstag verboten."),
    ("Es ist widerlegt, dass Viren bzw. Impfungen Autismus verursachen.", "Impfungen Autismus verursachen."),
    ("Das gilt gem. Vertrag nur im Notfall.", "Vertrag nur im Notfall."),
    (GERMAN, "Das Meereis der Arktis hat."),
    (FRENCH, "La banquise ne fait pas monter la mer"),
    ("M. Durand nie que la digue a cédé.", "La digue a cédé."),
    (SPANISH, "El hielo del Ártico."),
    ("Según el Sr. López, es falso que el dique cediera.", "López, es falso que el dique cediera."),
    (POLISH, "Kosztuje ok."),
    ("Nieprawda, że m.in. szczepionki szkodzą.", "Szczepionki szkodzą."),
    (CHINESE, "海平面上升了约20厘米。"),
    ("“疫苗导致自闭症。”这是错误的说法。", "疫苗导致自闭症。"),
    ("「ワクチンは自閉症を起こす。」というのは誤りだ。", "ワクチンは自閉症を起こす。"),
    (KOREAN, "북극의 해빙은 해수면을"),
    (THAI, "น้ำแข็งในอาร์กติก"),
]
"""Of its words all are there, and it can say the opposite."""
OTHER_WORDS = [
    (COFFEE, "Coffee does cause cancer in adult men, the authors write."),
    (COFFEE, "Coffee doesn't cause cancer in adult men, the authors write."),
    (COFFEE, "The authors write coffee does not cause cancer in adult men."),
    (SOLAR, "Solar power grew from 12 % of German electricity in 2010 to 3 % in 2023."),
    (SOLAR, "Solar power grew from 3 % of German electricity in 2023 to 12 % in 2010."),
    (SOLAR, "Germany had 1.2 million rooftop plants in 2015 and 3.4 million in 2023."),
    (SOLAR, "Solar power fell from 3 % of German electricity in 2010 to 12 % in 2023."),
    (TIDES, "Neap tides follow about seven days later. Spring tides come twice a month."),
    (TIDES, "Spring tides come twice a month; neap tides follow about seven days later."),
    (TIDES, "Spring tides come twice a month. neap tides follow about seven days later."),
    (TIDES, "Spring tides come twice a month!"),
    (TIDES, "Spring tides come twice a month?"),
    (TIDES, "Spring tides come … twice a month."),
    (TIDES, "Spring tides come twice a month…"),
    (TIDES, "Spring tides come twice a month..."),
    (TIDES, "SPRING TIDES COME TWICE A MONTH."),
    (TIDES, "Spring ti\u200bdes come twice a month."),
    (TIDES, "Spring ti\u00addes come twice a month."),
    (TIDES, "Spring \u202etides come twice a month."),
    (TIDES, "Spring tidеs come twice a month."),
    (TIDES, "Spring 𝐭𝐢𝐝𝐞𝐬 come twice a month."),
    (TIDES, "Ｓpring tides come twice a month."),
    (TIDES, "Spring tides come twice a month 🙂."),
    ("Aspirin prevents heart attacks.", "Aspirin does n\u200bot prevent heart attacks."),
    ("They were told the truth.", "They we're told the truth."),
    ("The rapist was found in the house.", "Therapist was found in the house."),
    ("The screen is 5\" wide and 3' high.", "The screen is 5' wide and 3\" high."),
    ("The screen is 5” wide.", "The screen is 5 wide."),
    ("The dose is −5 mg per day.", "The dose is 5 mg per day."),
    ("It costs 1,5 euros for adults.", "It costs 1.5 euros for adults."),
    (
        "The first drug was safe. It was cheap. The second drug killed.",
        "The first drug was safe. The second drug killed.",
    ),
    ("CO₂ rises in the north.", "CO2 rises in the north."),
    ("The area is 20 m² of land.", "The area is 20 m2 of land."),
    (GERMAN, "Das Meereis der Arktis hat Einfluss auf den Meeresspiegel."),
    (GERMAN, "Der Meeresspiegel ist seit 1900 um etwa 20,5 Zentimeter gesunken."),
    ("Die Masse ist groß.", "Die Maße ist groß."),
    (FRENCH, "La banquise fait monter la mer."),
    (FRENCH, "L'océan se rechauffe."),
    (SPANISH, "El hielo del Ártico eleva el nivel del mar."),
    (ITALIAN, "Il vaccino non protegge i bambini dal morbillo per anni."),
    (ITALIAN, "Costa 12.50 euro e non contiene mercurio."),
    (POLISH, "Szczepionka nie chroni dzieci przed odrą przez wiele lat."),
    (RUSSIAN, "Вакцина не защищает детей от кори на многие годы."),
    (CHINESE, "北极海冰融化会使海平面上升。"),
    (CHINESE, "自1900年以来，全球海平面下降了约20厘米。"),
    (JAPANESE, "北極の海氷は海面を上昇させる。"),
    ("아버지가 방에 들어가셨다.", "아버지 가방에 들어가셨다."),
    (KOREAN, "북극의 해빙은 해수면을 높인다."),
    (THAI, "น้ำแข็งในอาร์กติกทำให้ระดับน้ำทะเลสูงขึ้น"),
    (ARABIC, "يرفع جليد القطب الشمالي مستوى سطح البحر."),
]
OTHER_NUMBERS = [
    (SOLAR, "Germany had 1.2"),
    ("Section 1. 5 people died on the bridge.", "Section 1.5 people died on the bridge."),
    ("ราคา ๑ ๒ บาท", "ราคา ๑๒ บาท"),
    (TIDES, "Neap tides follow about eight days later."),
    (COFFEE, "Drinking three cups a day may reduce the risk of liver disease by 42 percent."),
    (COFFEE, "A large study of 2019 followed 4,000 adults for ten years."),
    (SOLAR, "Germany had 12 million rooftop plants in 2015."),
    (TIDES, "Spring tides come twice a month (¾)."),
    ("The dam cost 100 million euros.", "The dam cost 1OO million euros."),
    ("The sample holds 10⁶ cells.", "The sample holds 10⁷ cells."),
    (GERMAN, "Die Erwärmung der Ozeane trägt rund 60 Prozent dazu bei."),
    (FRENCH, "Le niveau de la mer a augmenté de 30 centimètres depuis 1900."),
    (SPANISH, "El nivel del mar ha subido 20 centímetros desde 1800."),
    (ITALIAN, "Costa 12,55 euro e non contiene mercurio."),
    (RUSSIAN, "Она стоит 3000 рублей и не содержит ртути."),
    (CHINESE, "自1900年以来，全球海平面上升了约30厘米。"),
    (JAPANESE, "海面は1900年から約30センチ上昇した。"),
    (THAI, "ระดับน้ำทะเลสูงขึ้น 30 เซนติเมตรตั้งแต่ปี 1900"),
    (ARABIC, "ارتفع مستوى سطح البحر ٣٠ سنتيمترا منذ عام ١٩٠٠."),
]
INVENTED = [
    (TIDES, "Printing with movable type spread from Mainz."),
    (TIDES, "Doctors lie daily."),
    (TIDES, "Whales"),
    (COFFEE, "In 2019, whales sang for ten days off the coast of Chile."),
    (TIDES, "…"),
    (TIDES, "→ ✓"),
    ("…", "…"),
    (GERMAN, "Die Fischerei leidet unter dem Verlust von Laichplätzen."),
    (FRENCH, "Les médecins mentent chaque jour."),
    (SPANISH, "Los médicos mienten cada día."),
    (RUSSIAN, "Врачи лгут каждый день."),
    (CHINESE, "医生每天都在说谎。"),
    (CHINESE, "海洋酸化威胁着珊瑚礁的生存。"),
    (JAPANESE, "医者は毎日うそをつく。"),
    (KOREAN, "의사는 매일 거짓말을 한다."),
    (THAI, "หมอโกหกทุกวัน"),
    (ARABIC, "يكذب الأطباء كل يوم."),
]
PAIRS = [
    *(Pair(quote, claim, "verbatim") for quote, claim in VERBATIM),
    *(Pair(quote, claim, "reworded") for quote, claim in [*HALF_A_SENTENCE, *OTHER_WORDS]),
    *(Pair(quote, claim, "no source") for quote, claim in [*OTHER_NUMBERS, *INVENTED]),
]
