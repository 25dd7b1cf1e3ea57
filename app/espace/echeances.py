"""Les échéances d'un candidat, dans l'ordre : qui doit faire quoi, et avant quand."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.candidatures.models import Candidature
from app.candidatures.queries import CandidatureResumee, candidatures_de
from app.candidatures.rappels import est_a_jour
from app.infra.clock import en_paris, jour_de_paris
from app.pieces.queries import pieces_de
from app.referentiel.fiches import FichePeriode
from app.referentiel.horaires import Horaire, horaire, nom_academie, nom_session
from app.referentiel.models import RegimeConfirmation
from app.regles.vocabulaire import StatutPiece
from app.web.agenda import Evenement
from app.web.gabarits import INSECABLE

A_VOUS, SI_BESOIN, AU_SERVICE = "À vous", "À vous, si besoin", "Au service des examens"
ACCEPTES = frozenset({StatutPiece.RECUE, StatutPiece.CONFORME})
BIENTOT = 7  # jours


@dataclass(frozen=True, slots=True)
class Geste:
    """Qui doit faire quoi, et où. `qui` est vide quand le délai est passé, `lien` quand rien ne se fait en ligne."""

    qui: str
    quoi: str
    lien: str = ""
    texte_lien: str = ""


@dataclass(frozen=True, slots=True)
class Echeance:
    nature: str
    """« cloture », « pieces » : avec la candidature, ce qui la désigne pour toujours dans un agenda"""
    candidature_id: str
    titre: str
    instant: datetime
    """dernier instant où c'est encore possible"""
    quand: Horaire
    delai: str
    """« dans 12 jours », « demain » ; vide : passée"""
    est_proche: bool
    inscription: str
    """« CAP, juin 2027, Académie de Toulouse » : ni nom, ni numéro"""
    geste: Geste


def echeances_de(db: Session, compte_id: str, maintenant: datetime) -> tuple[Echeance, ...]:
    """Celles de ses candidatures en cours, la plus proche d'abord."""
    toutes = [
        echeance
        for resumee in candidatures_de(db, compte_id)
        for echeance in _de_la_candidature(db, compte_id, resumee, maintenant)
    ]
    return tuple(sorted(toutes, key=lambda e: (e.instant, e.nature, e.candidature_id)))


def evenement(echeance: Echeance, url_publique: str) -> Evenement:
    """Un agenda se partage : rien n'y dit de qui il s'agit."""
    local = f", soit {echeance.quand.local}" if echeance.quand.local else ""
    qui = f"{echeance.geste.qui} : " if echeance.geste.qui else ""
    return Evenement(
        uid=f"{echeance.nature}-{echeance.candidature_id}@cyclades",
        instant=echeance.instant,
        titre=f"{echeance.titre} : {echeance.inscription}",
        texte=f"{echeance.quand.paris} (heure de Paris){local}.\n{qui}{echeance.geste.quoi}",
        adresse=f"{url_publique}/echeances",
        rappel=f"Demain : {echeance.titre[0].lower()}{echeance.titre[1:]}",
    )


def dernier_instant(ferme_le: datetime) -> datetime:
    """La fin est exclue : fermé à minuit, c'est possible jusqu'à 23 h 59 la veille, et cela se lit mieux."""
    local = en_paris(ferme_le)
    return ferme_le - timedelta(minutes=1) if (local.hour, local.minute) == (0, 0) else ferme_le


def _de_la_candidature(
    db: Session, compte_id: str, resumee: CandidatureResumee, maintenant: datetime
) -> Iterator[Echeance]:
    periode = resumee.periode
    geste = _cloture(db, resumee, est_ouverte=periode.est_ouverte(maintenant))
    yield _echeance("cloture", "Clôture des inscriptions", periode.ferme_le, geste, resumee, maintenant)
    if resumee.version:
        depot = _pieces(db, compte_id, resumee, est_finie=maintenant >= periode.depot_ferme_le)
        if depot:
            yield _echeance("pieces", "Fin de l’envoi des pièces", periode.depot_ferme_le, depot, resumee, maintenant)


def _cloture(db: Session, resumee: CandidatureResumee, *, est_ouverte: bool) -> Geste:
    lien = f"/candidatures/{resumee.id}"
    if not est_ouverte:
        if resumee.version:
            return Geste("", f"Votre inscription est enregistrée, version {resumee.version}.")
        return Geste("", f"Ce brouillon n’est pas enregistré. Contactez {_contact(resumee.periode)}.")
    if not resumee.version:
        quoi = "Finir l’inscription et choisir « Enregistrer ». Rien n’est enregistré."
        return Geste(A_VOUS, quoi, lien, "Reprendre mon inscription")
    if est_a_jour(db, db.get_one(Candidature, resumee.id)):
        return Geste(SI_BESOIN, "Modifier votre inscription, ou vous désinscrire.", lien, "Mon inscription")
    quoi = f"Enregistrer vos modifications. Sans cela, la version {resumee.version} reste valable."
    return Geste(A_VOUS, quoi, lien, "Reprendre mes modifications")


def _pieces(db: Session, compte_id: str, resumee: CandidatureResumee, *, est_finie: bool) -> Geste | None:
    """Rien à envoyer, aucune échéance. La confirmation papier revient signée avec les pièces."""
    demandees = pieces_de(db, compte_id, resumee.id)
    restent = sum(piece.statut not in ACCEPTES for piece in demandees)
    a_signer = resumee.periode.regime_confirmation is RegimeConfirmation.PAPIER
    envois = ["la confirmation d’inscription signée"] if a_signer else []
    if restent:
        envois.append(
            f"{restent}{INSECABLE}pièce{'s' if restent > 1 else ''} justificative{'s' if restent > 1 else ''}"
        )
    if est_finie and envois:
        return Geste("", f"Il manque un document\N{NO-BREAK SPACE}? Contactez {_contact(resumee.periode)}.")
    if envois:
        quoi = f"Envoyer {' et '.join(envois)}."
        return Geste(A_VOUS, quoi, f"/candidatures/{resumee.id}/documents", "Mes documents")
    return Geste(AU_SERVICE, "Contrôler vos pièces. Vous n’avez plus rien à envoyer.") if demandees else None


def _echeance(
    nature: str, titre: str, ferme_le: datetime, geste: Geste, resumee: CandidatureResumee, maintenant: datetime
) -> Echeance:
    instant, academie = dernier_instant(ferme_le), resumee.periode.academie
    jours = (jour_de_paris(instant) - jour_de_paris(maintenant)).days
    return Echeance(
        nature=nature,
        candidature_id=resumee.id,
        titre=titre,
        instant=instant,
        quand=horaire(instant, academie),
        delai=_delai(jours) if maintenant < ferme_le else "",
        est_proche=jours <= BIENTOT and geste.qui == A_VOUS,
        inscription=f"{nom_session(resumee.periode.session)}, {nom_academie(academie)}",
        geste=geste,
    )


def _delai(jours: int) -> str:
    """En jours de Paris."""
    return {0: "aujourd’hui", 1: "demain"}.get(jours, f"dans {jours}{INSECABLE}jours")


def _contact(periode: FichePeriode) -> str:
    service = periode.service
    return ", ".join(part for part in (service.nom, service.courriel, service.telephone) if part)
