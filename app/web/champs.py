"""Les types de champs : chacun lit ce qui arrive vraiment d'un formulaire, et dit en français quoi corriger.

Un champ connaît son `sujet` (« l’année d’obtention ») : ses messages s'en déduisent, « Renseignez l’année
d’obtention ». Rien de ce qui peut arriver (clé répétée, fichier à la place d'un texte, chiffres arabes,
nombre de 5 000 chiffres, NUL) ne lève d'exception : c'est une erreur du champ, et le texte reste affiché.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from wtforms import Field
from wtforms.validators import StopValidation, ValidationError

Validateur = Callable[[Any, Any], None]


@dataclass(frozen=True)
class Option:
    """Une réponse proposée. `motif` dit pourquoi elle n'est pas ouverte : montrée, elle ne peut être choisie."""

    code: str
    libelle: str
    precision: str = ""
    motif: str = ""


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


class DateFR(Champ):
    """jj/mm/aaaa ; on lit aussi 30-5-1998, 30.05.1998, 30051998 (clavier numérique sans barre) et 1998-05-30."""

    genre = "date"
    _FORMES = (
        re.compile(r"(?P<j>[0-9]{1,2})\s?[-/. ]\s?(?P<m>[0-9]{1,2})\s?[-/. ]\s?(?P<a>[0-9]{4})"),
        re.compile(r"(?P<j>[0-9]{2})(?P<m>[0-9]{2})(?P<a>[0-9]{4})"),
        re.compile(r"(?P<a>[0-9]{4})-(?P<m>[0-9]{1,2})-(?P<j>[0-9]{1,2})"),
    )

    def __init__(
        self,
        label: str,
        *,
        exemple: str = "30/05/1998",
        au_plus_tot: date = date(1900, 1, 1),
        au_plus_tard: date = date(2100, 12, 31),
        **options: Any,
    ) -> None:
        options = {"largeur": "l10", "saisie": "numeric"} | options
        super().__init__(label, **options)
        self.exemple = exemple
        self.au_plus_tot, self.au_plus_tard = au_plus_tot, au_plus_tard

    def formater(self, valeur: date) -> str:
        return f"{valeur.day:02}/{valeur.month:02}/{valeur.year:04}"

    def lire(self, texte: str) -> date:
        trouve = next((m for forme in self._FORMES if (m := forme.fullmatch(texte))), None)
        try:
            if trouve is None:
                raise ValueError
            jour = date(int(trouve["a"]), int(trouve["m"]), int(trouve["j"]))
        except ValueError:
            phrase = f"Écrivez {self.sujet} sous la forme jj/mm/aaaa, par exemple {self.exemple}"
            raise ValueError(phrase) from None
        if jour < self.au_plus_tot:
            raise ValueError(f"Vérifiez {self.sujet} : au plus tôt le {self.formater(self.au_plus_tot)}")
        if jour > self.au_plus_tard:
            raise ValueError(f"Vérifiez {self.sujet} : au plus tard le {self.formater(self.au_plus_tard)}")
        return jour


class Entier(Champ):
    def __init__(
        self, label: str, *, minimum: int = 0, maximum: int = 999_999_999, exemple: str = "", **options: Any
    ) -> None:
        options = {"largeur": "l5", "saisie": "numeric"} | options
        super().__init__(label, **options)
        self.minimum, self.maximum, self.exemple = minimum, maximum, exemple

    def lire(self, texte: str) -> int:
        chiffres = texte.replace(" ", "")
        if not re.fullmatch(r"[0-9]{1,12}", chiffres):
            exemple = f", par exemple {self.exemple}" if self.exemple else ""
            raise ValueError(f"Écrivez {self.sujet} en chiffres{exemple}")
        if not self.minimum <= int(chiffres) <= self.maximum:
            raise ValueError(f"Vérifiez {self.sujet} : de {self.minimum} à {self.maximum}")
        return int(chiffres)


class NoteSur20(Champ):
    """Au plus deux décimales, virgule ou point, « /20 » toléré."""

    def __init__(self, label: str, **options: Any) -> None:
        options = {"largeur": "l5", "saisie": "decimal"} | options
        super().__init__(label, **options)

    def formater(self, valeur: Decimal) -> str:
        return f"{valeur}".replace(".", ",")

    def lire(self, texte: str) -> Decimal:
        trouve = re.fullmatch(r"([0-9]{1,2})(?:[.,]([0-9]{1,2}))?(?:\s?/\s?20)?", texte)
        note = Decimal(f"{trouve[1]}.{trouve[2] or 0}") if trouve else None
        if note is None or note > 20:
            raise ValueError(f"Écrivez {self.sujet} entre 0 et 20, par exemple 12,5")
        return note


class Choix(Champ):
    """Une réponse parmi `options`, en liste déroulante ou en boutons radio."""

    genre = "choix"

    def __init__(
        self, label: str, *, options: Iterable[Option | tuple[str, str]], radios: bool = False, **autres: Any
    ) -> None:
        super().__init__(label, **autres)
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


class RequisSi:
    """Obligatoire seulement quand un autre champ du même formulaire vaut l'une des `valeurs`."""

    def __init__(self, autre: str, *valeurs: object, message: str = "") -> None:
        self.autre, self.valeurs, self.message = autre, valeurs, message

    def __call__(self, formulaire: Any, champ: Any) -> None:
        if self.autre not in formulaire or champ.data not in (None, "", []):
            return
        reponse = formulaire[self.autre].data
        reponses = reponse if isinstance(reponse, list) else [reponse]
        if any(valeur in self.valeurs for valeur in reponses):
            raise StopValidation(self.message or champ.phrase_requis())


class EgalA:
    """La confirmation d'un champ : comparée à la valeur lue, pas aux lettres (30/5/1998 vaut 30/05/1998)."""

    def __init__(self, autre: str, message: str) -> None:
        self.autre, self.message = autre, message

    def __call__(self, formulaire: Any, champ: Any) -> None:
        autre = formulaire[self.autre]
        if autre.data is None and autre.texte == champ.texte and not champ.sensible:
            return
        if champ.data != autre.data:
            raise ValidationError(self.message)


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
