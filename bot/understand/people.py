"""Whom a question is about: the asker, a colleague named in it, or a kind of worker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.understand.cues import Cue
from bot.understand.language import function_words
from bot.understand.text import Token, fold, tokens

if TYPE_CHECKING:
    from bot.chat import Person
    from bot.knowledge import Knowledge

_FOR = frozenset(
    "for can may does is could should would let and fur kann darf und pour peut et para puede y "
    "voor mag kan en about what with if when our my the a an unser unsere mein notre mon nuestra "
    "onze mijn".split()
)
_PLACE = frozenset(
    "in from based aus dans en uit i w v au of over at for fur pour para voor our the and und et y "
    "about".split()
)
_PEOPLE_OF = frozenset(
    "team office colleagues colleague people staff department employees market entity branch "
    "subsidiary buro team kollegen kollegin abteilung bureau equipe equipo oficina kantoor "
    "side folks guys crew".split()
)
_WORKER_WORDS: Mapping[str, frozenset[str]] = {
    "contractor": frozenset(
        "contractor contractors freelancer freelancers freelance externe externer dienstleister "
        "prestataire prestataires freelancerin contratista contratistas zzper consultants "
        "consultant subcontractor temp temps".split()
    ),
    "freelancer": frozenset("freelancer freelancers freelance freelancerin contractor".split()),
    "intern": frozenset(
        "intern interns trainee trainees praktikant praktikantin werkstudent werkstudentin "
        "stagiaire stagiaires becario becaria stagiair".split()
    ),
    "agency": frozenset(
        "agency agencies leiharbeiter zeitarbeiter leiharbeiterin temp temps agence agencia "
        "bureau".split()
    ),
    "partner": frozenset("partner partners reseller resellers".split()),
    "guest": frozenset("guest guests visitor visitors".split()),
}
"""Everyday words for kinds of workers, used where the company has a worker type of that id."""

_COUNTRIES = {
    "UK": "uk united kingdom britain british england london gb",
    "GB": "uk united kingdom britain british england london gb",
    "DE": "germany german deutschland deutsche allemagne alemania duitsland berlin munich",
    "FR": "france french frankreich francia frankrijk paris francais",
    "ES": "spain spanish espana spanien espagne spanje madrid",
    "NL": "netherlands dutch holland niederlande nederland amsterdam",
    "US": "us usa united states america american states",
    "AT": "austria austrian osterreich autriche vienna",
    "CH": "switzerland swiss schweiz suisse",
    "PL": "poland polish polska polen pologne warsaw",
    "CN": "china chinese chine shanghai",
    "IT": "italy italian italia italien milan",
    "SE": "sweden swedish sverige schweden stockholm",
    "DK": "denmark danish danmark",
    "CA": "canada canadian kanada",
    "IE": "ireland irish irland dublin",
    "IN": "india indian indien",
    "JP": "japan japanese tokyo",
    "BR": "brazil brazilian brasil",
    "PT": "portugal portuguese",
    "BE": "belgium belgian belgien belgique",
    "CZ": "czechia czech tschechien",
    "AU": "australia australian",
    "SG": "singapore",
    "TR": "turkey turkish turkiye",
}


class PeopleNames:
    """Names of colleagues, worker types, regions and departments of one company."""

    def __init__(self, knowledge: Knowledge) -> None:
        """Index the people and places that a question may be about."""
        self._people: dict[str, Person | None] = {}
        for person in knowledge.people.values():
            words = [t.word for t in tokens(person.name)]
            for key in {" ".join(words), *words[:1]}:
                # A first name that two people share names neither.
                self._people[key] = None if key in self._people else person
        self._types = _worker_types(knowledge)
        self._regions = _regions(knowledge)
        self._departments = {
            " ".join(t.word for t in tokens(name)): key
            for key, department in knowledge.company.departments.items()
            for name in (key, department.name, *department.aliases)
        }
        self.words = frozenset(word for key in self._people for word in key.split() if word)

    def about(
        self, words: Sequence[Token], asker: Person, cues: Mapping[str, Sequence[Cue]]
    ) -> Person:
        """The person a question is about; the asker unless the words say otherwise."""
        about = self._colleague(words, asker)
        worker_type = self._worker_type(words, asker)
        if worker_type is not None:
            about = replace(
                about, id="", email="", name="", worker_type=worker_type, groups=frozenset()
            )
            about = replace(about, courses=frozenset())
        region = self._region(words)
        if region is not None and region != about.region:
            about = replace(about, region=region)
        return about

    def department_in(self, words: Sequence[Token]) -> str | None:
        """The department an answer to "which department?" names."""
        return _lookup(self._departments, words)

    def region_in(self, words: Sequence[Token]) -> str | None:
        """The region an answer to "which region?" names."""
        return _lookup(self._regions, words)

    def _colleague(self, words: Sequence[Token], asker: Person) -> Person:
        for at, token in enumerate(words):
            for length in (3, 2, 1):
                key = " ".join(w.word for w in words[at : at + length])
                person = self._people.get(key)
                if person is None or person.id == asker.id or not token.capital:
                    continue
                before = words[at - 1].word if at else ""
                if before in _FOR and not _says_so(words, at + length):
                    return person
        return asker

    def _worker_type(self, words: Sequence[Token], asker: Person) -> str | None:
        for at, token in enumerate(words):
            found = self._types.get(token.word)
            if found is None or found == asker.worker_type:
                continue
            before = [w.word for w in words[max(at - 2, 0) : at]]
            if any(word in _FOR for word in before) and not _is_data(words, at):
                return found
        return None

    def _region(self, words: Sequence[Token]) -> str | None:
        for at in range(len(words)):
            for length in (3, 2, 1):
                key = " ".join(w.word for w in words[at : at + length])
                found = self._regions.get(key)
                if found is None or (len(key) <= 2 and not words[at].text.isupper()):
                    continue
                before = {w.word for w in words[max(at - 2, 0) : at]}
                after = {w.word for w in words[at + length : at + length + 1]}
                if after & _PEOPLE_OF or (before & {"in", "from", "aus", "based", "en", "au", "w"}):
                    return found
        return None


def _says_so(words: Sequence[Token], at: int) -> bool:
    """`Ana said it is fine`: then Ana is no subject of the question."""
    after = {w.word for w in words[at : at + 2]}
    return bool(
        after & {"said", "says", "told", "approved", "sagt", "meinte", "dit", "dijo", "zei"}
    )


def _is_data(words: Sequence[Token], at: int) -> bool:
    """`contractor invoices`, `guest survey`: somebody's data rather than somebody."""
    if at + 1 >= len(words) or words[at + 1].breaks or words[at + 1].comma:
        return False
    following = words[at + 1].word
    return following not in function_words() and following != "use"


def _worker_types(knowledge: Knowledge) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, worker_type in knowledge.company.worker_types.items():
        if key == "employee":
            continue
        own = {fold(key)}
        for name in (worker_type.name, *worker_type.aliases):
            own |= {t.word for t in tokens(name)} if len(tokens(name)) == 1 else set()
        for word in own | _WORKER_WORDS.get(key, frozenset()):
            found.setdefault(word, key)
            found.setdefault(f"{word}s", key)
    return found


def _regions(knowledge: Knowledge) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, region in knowledge.company.regions.items():
        found[fold(key)] = key
        for name in (region.name, *region.aliases):
            found[" ".join(t.word for t in tokens(name))] = key
        for word in _COUNTRIES.get(key, "").split():
            found.setdefault(word, key)
    return found


def _lookup(known: Mapping[str, str], words: Sequence[Token]) -> str | None:
    for length in (3, 2, 1):
        for at in range(len(words) - length + 1):
            found = known.get(" ".join(w.word for w in words[at : at + length]))
            if found is not None:
                return found
    return None
