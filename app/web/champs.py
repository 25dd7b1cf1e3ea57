"""La base des champs : chacun lit ce qui arrive vraiment d'un formulaire, et dit en français quoi corriger.

Un champ connaît son `sujet` (« l’année d’obtention ») : ses messages s'en déduisent, « Renseignez l’année
d’obtention ». Rien de ce qui peut arriver (clé répétée, fichier à la place d'un texte, chiffres arabes,
nombre de 5 000 chiffres, NUL) ne lève d'exception : c'est une erreur du champ, et le texte reste affiché.
"""

import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

from wtforms import Field
from wtforms.validators import StopValidation

Validateur = Callable[[Any, Any], None]


class Champ(Field):  # type: ignore[misc]  # WTForms n'est pas typé
    """La base de tous : un texte, nettoyé, obligatoire ou non."""

    genre = "texte"
    sensible = False
    """Vrai : jamais réaffiché ni gardé au brouillon (mot de passe)."""

    def __init__(
        self,
        label: str,
        *,
        sujet: str = "",
        requis: bool | str = False,
        aide: str = "",
        autocomplete: str = "",
        largeur: str = "l20",
        saisie: str = "",
        lecture_seule: bool = False,
        validators: Sequence[Validateur] = (),
        default: object = None,
        id: str | None = None,
        **interne: Any,
    ) -> None:
        super().__init__(label, validators=tuple(validators), default=default, id=id, **interne)
        self.intitule = label
        self.sujet = sujet or f"« {label} »"
        self.requis = bool(requis)
        self.message_requis = requis if isinstance(requis, str) else self.phrase_requis()
        self.aide = aide
        self.autocomplete = autocomplete
        self.largeur = largeur
        self.saisie = saisie
        self.lecture_seule = lecture_seule
        self.conseil = ""

    def phrase_requis(self) -> str:
        return f"Renseignez {self.sujet}"

    @property
    def textes(self) -> list[str]:
        """Ce qui a été tapé, à réafficher ; sinon la valeur connue, mise en forme."""
        if self.sensible:
            return []
        if self.raw_data is not None:
            return [presentable(valeur) for valeur in self.raw_data if isinstance(valeur, str)]
        return [] if self.data is None else [self.formater(self.data)]

    @property
    def texte(self) -> str:
        return next(iter(self.textes), "")

    @property
    def id_cible(self) -> str:
        """L'élément où mène le lien du résumé d'erreurs."""
        return str(self.id)

    @property
    def erreur(self) -> str:
        return str(self.errors[0]) if self.errors else ""

    def formater(self, valeur: Any) -> str:
        return str(valeur)

    def lire(self, texte: str) -> Any:
        """La valeur, ou ValueError avec la phrase à montrer. `texte` est nettoyé et n'est pas vide."""
        return texte

    def process_formdata(self, valuelist: list[Any]) -> None:
        if any(not isinstance(valeur, str) for valeur in valuelist):
            self.data = None
            raise ValueError(f"Écrivez {self.sujet} : un fichier ne convient pas ici")
        texte = nettoyer(valuelist[0]) if valuelist else ""
        self.data = None
        if texte is None:
            raise ValueError(f"Récrivez {self.sujet} : un caractère est illisible")
        if texte:
            self.data = self.lire(texte)

    def pre_validate(self, form: Any) -> None:
        if self.errors:
            raise StopValidation
        if self.requis and self.data in (None, "", []):
            raise StopValidation(self.message_requis)


class TexteCourt(Champ):
    def __init__(self, label: str, *, longueur: int = 100, **options: Any) -> None:
        super().__init__(label, **options)
        self.longueur = longueur

    def lire(self, texte: str) -> str:
        if len(texte) > self.longueur:
            raise ValueError(f"Raccourcissez {self.sujet} : {self.longueur} caractères au plus")
        return texte


class TexteLong(TexteCourt):
    genre = "texte_long"

    def __init__(self, label: str, *, longueur: int = 2000, **options: Any) -> None:
        super().__init__(label, longueur=longueur, **options)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Les retours à la ligne sont gardés : chaque ligne est nettoyée à part."""
        if valuelist and all(isinstance(valeur, str) for valeur in valuelist):
            lignes = [nettoyer(ligne) for ligne in valuelist[0].splitlines()]
            if None not in lignes:
                texte = "\n".join(str(ligne) for ligne in lignes).strip()
                self.data = self.lire(texte) if texte else None
                return
        super().process_formdata(valuelist)


class MotDePasse(Champ):
    """Ni rogné ni réaffiché ; NFC, pour que deux claviers donnent le même secret."""

    genre = "mot_de_passe"
    sensible = True

    def __init__(self, label: str, *, longueur: int = 512, **options: Any) -> None:
        super().__init__(label, **options)
        self.longueur = longueur

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        valeur = valuelist[0] if valuelist else ""
        if not isinstance(valeur, str) or any(_refuse(c) for c in valeur):
            raise ValueError(f"Récrivez {self.sujet} : un caractère est illisible")
        if len(valeur) > self.longueur:
            raise ValueError(f"Raccourcissez {self.sujet}")
        self.data = unicodedata.normalize("NFC", valeur) or None


def nettoyer(texte: str) -> str | None:
    """NFC, espaces ordinaires et uniques, bords rognés ; None si un caractère n'a pas sa place dans une réponse."""
    texte = unicodedata.normalize("NFC", texte.translate(_COLLES))
    texte = " ".join(texte.split())
    return None if any(_refuse(caractere) for caractere in texte) else texte


def presentable(texte: str) -> str:
    """Ce qui peut se récrire dans une page et se garder en JSON : sans NUL, ni contrôle, ni demi-caractère."""
    return "".join(c for c in texte if c in "\n\t" or not _refuse(c))


def _refuse(caractere: str) -> bool:
    return unicodedata.category(caractere) in {"Cc", "Cs", "Cn", "Co"} or caractere in _SENS


_COLLES = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
"""Invisibles qu'un copier-coller apporte : ôtés sans rien dire."""
_SENS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufffd\u2028\u2029")
"""Changements de sens d'écriture (une identité s'y lirait autrement qu'elle n'est) et caractère de remplacement."""
