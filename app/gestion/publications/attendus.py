"""À qui s'adresse une publication : les inscrits d'un service, et les épreuves qu'ils passent."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.candidatures.fiche import EpreuveFiche, Fiche, de_json
from app.candidatures.models import Candidature, VersionCandidature
from app.comptes.models import Candidat
from app.regles.vocabulaire import EtatCandidature, Evaluation, PositionEpreuve

CHIFFRES_NUMERO = 11


@dataclass(frozen=True)
class Inscrit:
    candidature_id: str
    version_id: str
    numero_candidat: str
    numero_inscription: str
    nom: str
    prenoms: str
    fiche: Fiche
    notes_gardees: Mapping[str, float]
    """repère d'épreuve → note que le candidat garde"""
    demande_des_amenagements: bool = False
    specialite: str = ""
    """code"""

    @property
    def reference(self) -> str:
        return f"{self.numero_candidat} {self.nom} {self.prenoms}"

    @cached_property
    def groupes(self) -> tuple[tuple[EpreuveFiche, tuple[EpreuveFiche, ...]], ...]:
        """Chaque épreuve et ses sous-épreuves, dans l'ordre de la fiche."""
        groupes: list[tuple[EpreuveFiche, list[EpreuveFiche]]] = []
        for epreuve in self.fiche.epreuves:
            if epreuve.est_sous_epreuve and groupes:
                groupes[-1][1].append(epreuve)
            else:
                groupes.append((epreuve, []))
        return tuple((mere, tuple(filles)) for mere, filles in groupes)

    @cached_property
    def epreuves(self) -> dict[str, EpreuveFiche]:
        return {epreuve.code: epreuve for epreuve in self.fiche.epreuves}

    def feuilles(self) -> Iterator[EpreuveFiche]:
        """Ce qui se passe pour de bon : les sous-épreuves, ou l'épreuve qui n'en a pas."""
        for mere, filles in self.groupes:
            yield from filles or (mere,)

    def manquent(self, dites: Sequence[str], attendues: Sequence[EpreuveFiche]) -> tuple[EpreuveFiche, ...]:
        """Celles qu'aucune ligne ne couvre. Dire l'épreuve couvre ses sous-épreuves."""
        couvertes = set(dites)
        for mere, filles in self.groupes:
            if mere.code in couvertes:
                couvertes |= {fille.code for fille in filles}
        return tuple(epreuve for epreuve in attendues if epreuve.code not in couvertes)

    @cached_property
    def a_convoquer(self) -> tuple[EpreuveFiche, ...]:
        """Le contrôle en cours de formation ne se convoque pas."""
        return tuple(e for e in self.feuilles() if est_passee(e) and e.evaluation != Evaluation.CCF)

    @cached_property
    def a_noter(self) -> tuple[EpreuveFiche, ...]:
        return tuple(e for e in self.feuilles() if e.position != PositionEpreuve.NON_INSCRIT)


def est_passee(epreuve: EpreuveFiche) -> bool:
    return epreuve.position == PositionEpreuve.INSCRIT


def inscrits(db: Session, periode_id: str) -> tuple[Inscrit, ...]:
    """Par nom. À n'appeler qu'une fois la période reconnue à la portée de l'agent."""
    lignes = db.execute(
        select(
            Candidature.id,
            Candidature.numero_inscription,
            VersionCandidature.id,
            VersionCandidature.fiche,
            VersionCandidature.brouillon,
            Candidat.numero_candidat,
        )
        .join(
            VersionCandidature,
            (VersionCandidature.candidature_id == Candidature.id) & (VersionCandidature.numero == Candidature.version),
        )
        .join(Candidat, Candidat.compte_id == Candidature.compte_id)
        .where(Candidature.periode_id == periode_id, Candidature.etat == EtatCandidature.INSCRIT)
    ).all()
    lus = (_inscrit(*ligne) for ligne in lignes)
    return tuple(sorted(lus, key=lambda i: (i.nom, i.prenoms, i.numero_candidat)))


class Annuaire:
    """Retrouver un inscrit par les numéros d'une ligne."""

    def __init__(self, tous: Sequence[Inscrit]) -> None:
        self._par_numero: dict[str, list[Inscrit]] = {}
        for inscrit in tous:
            self._par_numero.setdefault(inscrit.numero_candidat, []).append(inscrit)

    def trouver(self, numero: str, inscription: str) -> Inscrit | str:
        """L'inscrit, ou ce qui était attendu. Un tableur ôte volontiers le zéro de tête : on le rend."""
        siens = self._par_numero.get(numero_complet(numero), [])
        if not siens:
            if "e+" in numero.casefold():
                return "onze chiffres : votre tableur a arrondi ce numéro, mettez la colonne au format Texte"
            return "le numéro d’un candidat inscrit à ce service"
        if inscription:
            siens = [inscrit for inscrit in siens if inscrit.numero_inscription == inscription.zfill(3)]
            if not siens:
                return "le n° d’inscription de ce candidat à ce service, par exemple 001"
        if len(siens) > 1:
            numeros = " ou ".join(inscrit.numero_inscription for inscrit in siens)
            return f"le n° d’inscription, ce candidat en a plusieurs : {numeros}"
        return siens[0]


def numero_complet(numero: str) -> str:
    nu = "".join(signe for signe in numero if not signe.isspace())
    return nu.zfill(CHIFFRES_NUMERO) if nu.isascii() and nu.isdecimal() else nu


def _inscrit(
    candidature_id: str,
    numero_inscription: str | None,
    version_id: str,
    fiche: dict[str, object],
    brouillon: dict[str, object],
    numero_candidat: str | None,
) -> Inscrit:
    lue = de_json(fiche)
    notes: dict[str, float] = {}
    for declare in brouillon.get("acquis") or ():  # type: ignore[attr-defined]  # JSON écrit par le portail
        if declare.get("est_coche", True):
            notes |= declare.get("notes", {})
    return Inscrit(
        candidature_id,
        version_id,
        numero_candidat or lue.numero_candidat,
        numero_inscription or "",
        lue.nom,
        lue.prenoms,
        lue,
        notes,
        demande_des_amenagements=brouillon.get("amenagement_epreuves") is True,
        specialite=str(brouillon.get("specialite") or ""),
    )
