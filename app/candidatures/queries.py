"""Lectures d'une candidature, toujours par son propriétaire : ce qui n'est pas à lui n'existe pas."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from app.candidatures import fiche, serialisation
from app.candidatures.decisions import decisions_de
from app.candidatures.derogations import forme_accordee
from app.candidatures.fiche import Fiche
from app.candidatures.models import EN_COURS_ETATS, Candidature, VersionCandidature
from app.comptes.models import Candidat
from app.infra.clock import jour_de_paris
from app.referentiel import lieux
from app.referentiel import queries as referentiel
from app.referentiel.fiches import FichePays, FichePeriode
from app.referentiel.models import Academie, Etablissement, RegimeConfirmation
from app.referentiel.reglements import version_active
from app.regles.calendrier import EtatService, Periode, etat
from app.regles.dossier import Brouillon, Contexte, Dossier
from app.regles.referentiel import EtablissementInscription, Identite, Reglement
from app.regles.vocabulaire import EtatCandidature, InscritPar


@dataclass(frozen=True, slots=True)
class CandidatureLue:
    """Tout ce qu'un écran de l'inscription lit d'une candidature, en une vue cohérente de la base."""

    id: str
    etat: EtatCandidature
    numero_inscription: str | None
    version: int
    enregistree_le: datetime | None
    garde_le: datetime | None
    brouillon: Brouillon
    brouillon_enregistre: Brouillon | None
    """réponses de la dernière version ; `None` tant que rien n'est enregistré"""
    traces: Mapping[str, Any]
    concurrences: Mapping[str, Any]
    numero_candidat: str
    identite: Identite
    periode: FichePeriode
    contexte: Contexte
    nationalite: str
    """libellé de celle du brouillon"""
    pays_adresse: str
    """libellé de celui du brouillon"""
    version_referentiel_id: int

    @property
    def est_enregistree(self) -> bool:
        return self.version > 0

    @property
    def est_a_jour(self) -> bool:
        """Vrai quand le brouillon ne dit rien de plus que la dernière version."""
        return self.brouillon_enregistre is not None and _sans_saisies(self.brouillon) == _sans_saisies(
            self.brouillon_enregistre
        )

    def revision(self, onglet: str) -> int:
        revision: int = self.traces.get(onglet, {"revision": 0})["revision"]
        return revision

    def est_ouverte(self, maintenant: datetime) -> bool:
        return etat(Periode(self.periode.ouvre_le, self.periode.ferme_le), maintenant) is EtatService.OUVERT

    def dossier(self, reglement: Reglement) -> Dossier:
        return Dossier(self.identite, self.brouillon, reglement, self.contexte)


@dataclass(frozen=True, slots=True)
class VersionLue:
    id: str
    candidature_id: str
    numero: int
    numero_inscription: str
    enregistree_le: datetime
    fiche: Fiche


@dataclass(frozen=True, slots=True)
class CandidatureResumee:
    """Une carte de « Mes inscriptions »."""

    id: str
    etat: EtatCandidature
    numero_inscription: str | None
    version: int
    enregistree_le: datetime | None
    garde_le: datetime | None
    specialite: str | None
    """code de la dernière version, sinon du brouillon"""
    periode: FichePeriode


_LA_SIENNE = (
    select(Candidature, Candidat, VersionCandidature.brouillon)
    .join(Candidat, Candidat.compte_id == Candidature.compte_id)
    .outerjoin(
        VersionCandidature,
        and_(VersionCandidature.candidature_id == Candidature.id, VersionCandidature.numero == Candidature.version),
    )
    .where(
        Candidature.id == bindparam("candidature"),
        Candidature.compte_id == bindparam("compte"),
        Candidature.etat.in_(EN_COURS_ETATS),
    )
)
"""écrite d'avance : chaque page d'onglet commence par elle"""


def candidature_de(db: Session, compte_id: str, candidature_id: str, *, maintenant: datetime) -> CandidatureLue | None:
    trouvee = db.execute(_LA_SIENNE, {"candidature": candidature_id, "compte": compte_id}).one_or_none()
    if trouvee is None:
        return None
    ligne, titulaire, enregistre = trouvee
    periode = referentiel.periode(db, ligne.periode_id)
    reglement_id = version_active(db)
    if periode is None or reglement_id is None:
        raise LookupError("a candidature has its period and a published referentiel")
    brouillon = serialisation.de_json(ligne.brouillon)
    pays = lieux.des_pays(db, {titulaire.pays_naissance, brouillon.nationalite or "", brouillon.pays_adresse or ""})
    nationalite, pays_adresse = pays.get(brouillon.nationalite or ""), pays.get(brouillon.pays_adresse or "")
    return CandidatureLue(
        id=ligne.id,
        etat=ligne.etat,
        numero_inscription=ligne.numero_inscription,
        version=ligne.version,
        enregistree_le=ligne.enregistree_le,
        garde_le=ligne.garde_le,
        brouillon=brouillon,
        brouillon_enregistre=serialisation.de_json(enregistre) if enregistre is not None else None,
        traces=ligne.traces,
        concurrences=ligne.concurrences,
        numero_candidat=titulaire.numero_candidat or "",
        identite=_identite(db, titulaire, pays.get(titulaire.pays_naissance)),
        periode=periode,
        contexte=_contexte(db, ligne, periode, brouillon, maintenant),
        nationalite=nationalite.nationalite if nationalite else "",
        pays_adresse=pays_adresse.libelle if pays_adresse else "",
        version_referentiel_id=reglement_id,
    )


def dossier_de_version(db: Session, ligne: Candidature, version: VersionCandidature, reglement: Reglement) -> Dossier:
    """Les réponses de cette version, par son règlement, au jour de son enregistrement ; ce que le service a accordé,
    confirmé ou refusé depuis compte."""
    brouillon = serialisation.de_json(version.brouillon)
    identite = identite_de(db, db.get_one(Candidat, ligne.compte_id))
    periode = referentiel.periode(db, ligne.periode_id)
    if periode is None:
        raise LookupError("a candidature has its period")
    contexte = _contexte(db, ligne, periode, brouillon, version.enregistree_le)
    signee = (
        version.fiche["regime"] == RegimeConfirmation.PAPIER
    )  # un changement de régime ne vaut que pour les suivants
    return Dossier(identite, brouillon, reglement, replace(contexte, confirmation_signee=signee))


def version_de(db: Session, compte_id: str, candidature_id: str, numero: int | None = None) -> VersionLue | None:
    """La version demandée, ou la dernière."""
    requete = (
        select(VersionCandidature, Candidature.numero_inscription)
        .join(Candidature, Candidature.id == VersionCandidature.candidature_id)
        .where(Candidature.id == candidature_id, Candidature.compte_id == compte_id)
        .order_by(VersionCandidature.numero.desc())
        .limit(1)
    )
    if numero is not None:
        requete = requete.where(VersionCandidature.numero == numero)
    ligne = db.execute(requete).first()
    return _version(*ligne) if ligne else None


def candidature_resumee(db: Session, compte_id: str, candidature_id: str) -> CandidatureResumee | None:
    ligne = db.scalar(
        select(Candidature).where(
            Candidature.id == candidature_id,
            Candidature.compte_id == compte_id,
            Candidature.etat.in_(EN_COURS_ETATS),
        )
    )
    return _resumee(db, ligne) if ligne else None


def _resumee(db: Session, ligne: Candidature) -> CandidatureResumee:
    periode = referentiel.periode(db, ligne.periode_id)
    if periode is None:
        raise LookupError("a candidature has its period")
    return CandidatureResumee(
        id=ligne.id,
        etat=ligne.etat,
        numero_inscription=ligne.numero_inscription,
        version=ligne.version,
        enregistree_le=ligne.enregistree_le,
        garde_le=ligne.garde_le,
        specialite=ligne.brouillon.get("specialite"),
        periode=periode,
    )


def _version(version: VersionCandidature, numero_inscription: str | None) -> VersionLue:
    return VersionLue(
        id=version.id,
        candidature_id=version.candidature_id,
        numero=version.numero,
        numero_inscription=numero_inscription or "",
        enregistree_le=version.enregistree_le,
        fiche=fiche.de_json(version.fiche),
    )


def _sans_saisies(brouillon: Brouillon) -> Brouillon:
    return brouillon.avec(saisies={}, vus=())


def identite_de(db: Session, candidat: Candidat) -> Identite:
    return _identite(db, candidat, lieux.un_pays(db, candidat.pays_naissance))


def _identite(db: Session, candidat: Candidat, pays: FichePays | None) -> Identite:
    departement = lieux.departement(db, candidat.departement_naissance) if candidat.departement_naissance else None
    return Identite(
        civilite=candidat.civilite.libelle,
        nom_famille=candidat.nom_famille,
        nom_usage=candidat.nom_usage,
        prenoms=candidat.prenoms,
        date_naissance=candidat.date_naissance,
        pays_naissance=pays.libelle_naissance if pays else candidat.pays_naissance,
        departement_naissance=departement.libelle.upper() if departement else "",
        commune_naissance=candidat.lieu_naissance,
    )


def _contexte(
    db: Session, ligne: Candidature, periode: FichePeriode, brouillon: Brouillon, instant: datetime
) -> Contexte:
    contexte = referentiel.contexte_du_service(db, periode, jour_de_paris(instant))
    return replace(
        _avec_l_etablissement(db, contexte, ligne.etablissement_uai),
        noms_academies=_noms_academies(db, brouillon),
        derogation_forme_accordee=forme_accordee(db, ligne.id),
        decisions=decisions_de(db, ligne.id),
    )


def _noms_academies(db: Session, brouillon: Brouillon) -> dict[str, str]:
    """Les seules académies où le candidat dit avoir obtenu un titre ou des notes."""
    codes = {declare.academie for declare in brouillon.acquis if declare.academie}
    if not codes:
        return {}
    return dict(db.connection().execute(_NOMS_ACADEMIES, {"codes": list(codes)}).all())


_NOMS_ACADEMIES = select(Academie.code, Academie.nom).where(Academie.code.in_(bindparam("codes", expanding=True)))


def _avec_l_etablissement(db: Session, contexte: Contexte, uai: str | None) -> Contexte:
    """« LYC BELLEVUE-TOULOUSE (0310038Y) », comme au guide : il n'est pas dans la liste proposée au public."""
    etablissement = db.get(Etablissement, uai) if uai else None
    if etablissement is None:
        return contexte
    inscription = EtablissementInscription(
        code=etablissement.uai,
        libelle=f"{etablissement.nom}-{etablissement.ville}",
        uai=etablissement.uai,
        academie=contexte.academie,
    )
    return replace(
        contexte,
        etablissements=(inscription, *contexte.etablissements),
        inscrit_par=InscritPar.ETABLISSEMENT,
        pose_par=inscription.libelle_complet,
    )
