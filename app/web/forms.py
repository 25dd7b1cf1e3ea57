"""Un formulaire bâti pour cette requête, des seules questions qui se posent à cette personne.

formulaire = Formulaire({"nom": TexteCourt("Nom de famille", sujet="le nom de famille", requis=True)},
                        await request.form())
if formulaire.valide(): ...
"""

from collections.abc import Iterator, Mapping
from typing import Any

from wtforms.form import BaseForm

from app.web.champs import Champ, MotDePasse, TexteCourt, TexteLong, presentable
from app.web.choix import Case, CasesACocher, Choix, ChoixReplie, Option, OuiNon
from app.web.conditions import EgalA, RequisSi
from app.web.coordonnees import Courriel, Telephone
from app.web.nombres import DateFR, Entier, HeureFR, NoteSur20

__all__ = [
    "Case",
    "CasesACocher",
    "Champ",
    "Choix",
    "ChoixReplie",
    "Courriel",
    "DateFR",
    "EgalA",
    "Entier",
    "Formulaire",
    "HeureFR",
    "MotDePasse",
    "NoteSur20",
    "Option",
    "OuiNon",
    "RequisSi",
    "Telephone",
    "TexteCourt",
    "TexteLong",
]


class Formulaire(BaseForm):  # type: ignore[misc]  # WTForms n'est pas typé
    """`recu` est ce qui vient d'être envoyé (ou le brouillon gardé) ; `valeurs`, ce que l'on savait déjà.

    Une clé reçue qui n'est pas un champ demandé n'existe pas : elle n'atteint jamais une table.
    """

    def __init__(
        self,
        champs: Mapping[str, Champ],
        recu: Mapping[str, Any] | None = None,
        valeurs: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(dict(champs))
        self.est_envoye = recu is not None
        self._verdict: bool | None = None
        self.process(None if recu is None else Recu(recu), data=dict(valeurs or {}))

    def valide(self) -> bool:
        """Vérifie tous les champs, une fois ; les erreurs ajoutées ensuite comptent aussi."""
        if self._verdict is None:
            self._verdict = bool(self.validate())
        return self._verdict

    def ajouter_erreur(self, nom: str, message: str) -> None:
        """Une erreur que seule la suite peut voir (règle croisée, refus de la base), à côté de son champ."""
        champ = self._fields[nom]
        champ.errors = [*champ.errors, message]
        self._verdict = False

    @property
    def valeurs(self) -> dict[str, Any]:
        """Les valeurs lues, y compris None pour ce qui est vide ou illisible : à n'employer qu'après valide()."""
        return {nom: champ.data for nom, champ in self._fields.items()}

    def valeurs_lisibles(self) -> dict[str, Any]:
        """Les seules valeurs sans erreur : ce qu'un brouillon peut tenir pour dit."""
        self.valide()
        return {nom: champ.data for nom, champ in self._fields.items() if not champ.errors}

    def valeurs_brutes(self) -> dict[str, list[str]]:
        """Tout ce qui a été tapé dans les champs demandés, à garder et à repasser comme `recu`. Sans mot de passe."""
        brutes: dict[str, list[str]] = {}
        for champ in self._fields.values():
            if champ.sensible or champ.raw_data is None:
                continue
            brutes[champ.name] = [presentable(v) for v in champ.raw_data if isinstance(v, str)]
            if isinstance(champ, CasesACocher) and champ.est_posee:
                brutes[champ.marqueur] = ["1"]
        return brutes

    def erreurs_resume(self) -> list[tuple[str, str]]:
        """(id du champ, message) dans l'ordre de la page ; une seule par champ."""
        return [(champ.id_cible, champ.erreur) for champ in self._fields.values() if champ.errors]

    def a_champ(self, *noms: str) -> bool:
        return all(nom in self._fields for nom in noms)


class Recu:
    """Ce que WTForms attend d'un envoi, au-dessus d'un FormMultiDict ou d'un dict de listes (brouillon)."""

    def __init__(self, donnees: Mapping[str, Any]) -> None:
        self._donnees = donnees

    def __contains__(self, nom: object) -> bool:
        return nom in self._donnees

    def __iter__(self) -> Iterator[str]:
        return iter(self._donnees)

    def __len__(self) -> int:
        return len(self._donnees)

    def getlist(self, nom: str) -> list[Any]:
        if nom not in self._donnees:
            return []
        if hasattr(self._donnees, "getall"):
            return list(self._donnees.getall(nom))
        valeur = self._donnees[nom]
        return list(valeur) if isinstance(valeur, (list, tuple)) else [valeur]
