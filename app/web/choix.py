"""Choisir parmi des réponses proposées : liste, boutons, cases. Ce qui n'est pas proposé, ou fermé, est refusé."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from wtforms.validators import StopValidation

from app.web.champs import Champ

AUTRES = "autres"


@dataclass(frozen=True)
class Option:
    """Une réponse proposée. `motif` dit pourquoi elle n'est pas ouverte : montrée, elle ne peut être choisie."""

    code: str
    libelle: str
    precision: str = ""
    motif: str = ""


class Choix(Champ):
    """Une réponse parmi `options`, en liste déroulante ou en boutons radio."""

    genre = "choix"

    def __init__(
        self,
        label: str,
        *,
        options: Iterable[Option | tuple[str, str]],
        radios: bool = False,
        vide: str = "Choisissez…",
        **autres: Any,
    ) -> None:
        """`vide` : ce que dit la liste tant que rien n'est choisi ; dans un filtre, « Tous »."""
        super().__init__(label, **autres)
        self.vide = vide
        self.options = [o if isinstance(o, Option) else Option(*o) for o in options]
        self.genre = "radios" if radios else "choix"

    def phrase_requis(self) -> str:
        return f"Choisissez {self.sujet}"

    @property
    def id_cible(self) -> str:
        return f"{self.id}-1" if self.genre == "radios" else str(self.id)

    def lire(self, texte: str) -> Any:
        if texte not in {option.code for option in self.options if not option.motif}:
            raise ValueError(f"Choisissez {self.sujet} dans la liste")
        return texte


class ChoixReplie(Choix):
    """Une longue liste dont seul le début est envoyé : les pays pèseraient plus que tout le reste de la page.

    Sa ligne `autres` la déplie : elle n'est pas une réponse, mais une réponse qui ouvre une question.
    """

    def __init__(self, label: str, *, options: Iterable[Option | tuple[str, str]], autres: str, **suite: Any) -> None:
        super().__init__(label, options=options, **suite)
        self.premiere, self.suivantes = self.options[:1], self.options[1:]
        self.depliante = Option(AUTRES, autres)

    @property
    def est_replie(self) -> bool:
        return self.texte in {"", *(option.code for option in self.premiere)}

    def process(self, formdata: Any, *valeur: Any, **suite: Any) -> None:
        self.options = [*self.premiere, *self.suivantes]
        super().process(formdata, *valeur, **suite)
        if self.est_replie:
            self.options = [*self.premiere, self.depliante]
        elif self.texte == AUTRES:
            self.options = [*self.premiere, self.depliante, *self.suivantes]


class OuiNon(Champ):
    """Deux boutons, aucun coché d'avance : None tant que la personne n'a pas répondu."""

    genre = "oui_non"
    options = (Option("oui", "Oui"), Option("non", "Non"))

    def phrase_requis(self) -> str:
        return "Répondez Oui ou Non"

    @property
    def id_cible(self) -> str:
        return f"{self.id}-1"

    def formater(self, valeur: bool) -> str:
        return "oui" if valeur else "non"

    def lire(self, texte: str) -> bool:
        if texte not in {"oui", "non"}:
            raise ValueError("Répondez Oui ou Non")
        return texte == "oui"


class Case(Champ):
    """Une case seule : True ou False."""

    genre = "case"

    def phrase_requis(self) -> str:
        return f"Cochez {self.sujet}"

    @property
    def textes(self) -> list[str]:
        return ["oui"] if self.data else []

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = "oui" in valuelist

    def pre_validate(self, form: Any) -> None:
        if self.requis and not self.data:
            raise StopValidation(self.message_requis)


class CasesACocher(Champ):
    """Plusieurs réponses. Le marqueur caché `<nom>.pose` dit que la question a été posée.

    Sans lui, « rien de coché » et « question absente de la page » se ressemblent : une question absente
    garde la valeur déjà connue.
    """

    genre = "cases"

    def __init__(self, label: str, *, options: Iterable[Option | tuple[str, str]], **autres: Any) -> None:
        super().__init__(label, **autres)
        self.options = [o if isinstance(o, Option) else Option(*o) for o in options]
        self.est_posee = False

    @property
    def marqueur(self) -> str:
        return f"{self.name}.pose"

    @property
    def id_cible(self) -> str:
        return f"{self.id}-1"

    @property
    def textes(self) -> list[str]:
        return list(self.data or [])

    def phrase_requis(self) -> str:
        return f"Cochez {self.sujet}"

    def process(self, formdata: Any, data: Any = (), extra_filters: Any = None) -> None:
        super().process(None, data, extra_filters)
        self.data = list(self.data) if isinstance(self.data, Iterable) and not isinstance(self.data, str) else []
        if formdata is None:
            return
        self.raw_data = formdata.getlist(self.name)
        self.est_posee = self.marqueur in formdata or bool(self.raw_data)
        if self.est_posee:
            ouvertes = {option.code for option in self.options if not option.motif}
            recus = [valeur for valeur in self.raw_data if isinstance(valeur, str) and valeur in ouvertes]
            self.data = list(dict.fromkeys(recus))
            if len(recus) != len(self.raw_data):
                self.process_errors.append(f"Choisissez {self.sujet} parmi les réponses proposées")
