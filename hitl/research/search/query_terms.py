"""The terms of a query and their weights."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache
from typing import NamedTuple

from hitl.research.search.joined_words import GROUPED, SIGNS, without_groups
from hitl.research.search.tokens import ENGLISH, term_of, terms_of, tokens_of

QUESTION_WEIGHT = 0.2
"""Weight of a question word relative to a content word."""
FIRST_WORDS = 5
"""Words at the beginning of a query among which a word of `GIVING` makes it a request."""

GIVING = """
give write show tell provide prepare make create draft explain describe summarise summarize outline list
gib geben schreib schreibe schreiben zeig zeige zeigen erkläre erklär erklären beschreibe beschreiben erstelle
erstellen
donne donnez donner écris écrivez écrire montre montrez explique expliquez expliquer décris décrivez résume résumez
da dame deme escribe escriba escribir muestra explica explique explicar describe resume resumir haz
spiega spiegami dammi descrivi scrivi explique descreva escreva resuma geef schrijf leg beschrijf
"""
"""Words that ask for a text, in English, German, French, Spanish, Italian, Portuguese and Dutch."""
WHAT_IS_GIVEN = """
short brief simple detailed complete quick introduction report essay article text guide list paper words terms
language
kurz kurze kurzen kurzer einfach einfache einfachen ausführlich bericht artikel text aufsatz liste einführung worten
court courte bref brève simple détaillé rapport article texte introduction liste termes mots
breve corto sencillo simple detallado informe artículo texto introducción lista palabras términos
relazione articolo testo parole relatório artigo texto palavras kort verslag artikel tekst
"""
"""Words that say in such a request what text is wanted, and are content in any other query."""
REQUESTS = """
add another anything detail details explain find found give include included information lack lacking like look
mention
mentioned missing need needed needs please say something tell want write
overview summary summaries summarise summarize laypeople layperson laypersons layman laymen beginner beginners dummies
nonexpert nonexperts eli5 gist
überblick übersicht zusammenfassung zusammenfassen laien laie einsteiger anfänger bitte allgemeinverständlich
erkläre erklär gib zeige schreibe informationen
aperçu résumé profane profanes débutant débutants vulgarisation informations
resumen panorama principiante principiantes profano profanos información
panoramica riassunto principianti sintesi informazioni resumo iniciantes leigos informações overzicht samenvatting
leken
beginners informatie alstublieft
"""
"""Words that ask for more, or for a kind of text, without saying what is wanted."""
ABOUT_FINDINGS = f"""
{WHAT_IS_GIVEN}
good bad better best worse great nice fine ok okay yes no nope thanks thank wrong right true false boring
long longer shorter enough many few old older outdated recent recently new newer newest latest first second third
fourth
fifth last one ones two three drop remove delete keep skip leave ignore replace repeat repeats repeated sentence
sentences quote quotes quotation finding findings result results passage passages source sources document documents
evidence page pages more less else different other others deeper further search searching again try continue go
irrelevant relevant unrelated off nothing everything all none really very quite
ja nein gut schlecht besser falsch richtig danke mehr weniger lang länger kürzer alt älter neu neuer neuere aktueller
aktuellere erste ersten zweite zweiten dritte dritten letzte letzten weg weglassen löschen streichen behalten satz
sätze
zitat zitate fund funde quelle quellen ergebnis ergebnisse ergebnissen dokument dokumente nochmal erneut suche suchen
weiter tiefer andere anderes anderen nichts alles
oui non bien mal mieux faux merci plus moins long récent récente récents récentes premier première deuxième troisième
dernier dernière supprime supprimer supprimez enlève enlevez plaît phrase phrases citation citations source sources
résultat résultats encore autre
autres rien tout
sí no bien mal mejor gracias más menos largo reciente recientes primero primera segundo segunda tercero tercera último
última quita eliminar frase frases cita citas fuente fuentes resultado resultados favor por otra otro otros otras nada
todo
"""
"""Words that alone speak of the findings, as in “too long, drop the third one”, and are content beside any other."""
QUESTIONS = f"""
{REQUESTS}
agree anybody anyone attitude attitudes come comes conversation describe description disagree discuss discussed
discussion everybody everyone feel get gets getting goes going group happen happens know known make makes meeting
member
members opinion opinions participant participants said somebody someone speaker speakers take takes talk talked
talking
team thing things think thinking thought thoughts topic view views way ways every various regarding concerning related
"""
"""Words of questions about a text, which the passages that answer them rarely contain."""


@cache
def request_words(language: str = ENGLISH) -> frozenset[str]:
    """The terms that ask for more without saying what is wanted, as documents of a language have them."""
    return _terms(REQUESTS, language)


@cache
def question_words(language: str = ENGLISH) -> frozenset[str]:
    """The terms of questions that say nothing of what is wanted, as documents of a language have them."""
    return _terms(QUESTIONS, language)


@cache
def remark_words(language: str = ENGLISH) -> frozenset[str]:
    """The terms with which a human speaks of the findings, those of questions included."""
    return question_words(language) | _terms(ABOUT_FINDINGS, language) | _terms(GIVING, language)


@cache
def _giving(language: str) -> frozenset[str]:
    return _terms(GIVING, language)


@cache
def _given(language: str) -> frozenset[str]:
    return _terms(WHAT_IS_GIVEN, language) | _giving(language)


def _terms(words: str, language: str) -> frozenset[str]:
    return frozenset(terms_of(words, language))


def asking_words(tokens: Collection[str], language: str = ENGLISH) -> frozenset[str]:
    """The terms that say nothing of what is wanted in a query of these words.

    Args:
        tokens: The words of the query, in order.
        language: Code of the language of the documents that it is to be compared with.
    """
    first = {term_of(token, language) for token in list(tokens)[:FIRST_WORDS]}
    if _giving(language).isdisjoint(first):
        return question_words(language)
    return question_words(language) | _given(language)


def weights_of(query: str, language: str = ENGLISH) -> dict[str, float]:
    """The weight of each term of a query.

    Args:
        query: A topic or a question in plain words, in any language.
        language: Code of the language (ISO 639-1) of the documents that it is to be compared with.
    """
    tokens = tokens_of(query)
    asking = asking_words(tokens, language)
    terms = filter(None, (term_of(token, language) for token in tokens))
    return {term: QUESTION_WEIGHT if term in asking else 1.0 for term in terms}


class ContentWord(NamedTuple):
    """A word of a query that says what is wanted."""

    typed: str
    terms: frozenset[str]
    """The word as `terms_of` returns it, in each language."""

    @property
    def is_name(self) -> bool:
        """True if it looks like a name: it begins with a capital or contains a digit."""
        return self.typed[0].isupper() or any(character.isdigit() for character in self.typed)


def content_words(query: str, languages: Collection[str] = (ENGLISH,)) -> Iterator[ContentWord]:
    """The words of a query in order, without question words and the stop words of English and these languages."""
    as_typed = {SIGNS.sub("", number[0]): number[0] for number in GROUPED.finditer(query)}
    tokens = tokens_of(without_groups(query))
    known = list(dict.fromkeys([ENGLISH, *languages]))
    asking = frozenset[str]().union(*(asking_words(tokens, language) for language in known))
    for token in tokens:
        terms = {term_of(token, language) for language in known}
        if "" not in terms and asking.isdisjoint(terms):
            yield ContentWord(as_typed.get(token, token), frozenset(terms))
