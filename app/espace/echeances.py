"""Les échéances d'un candidat, dans l'ordre : qui doit faire quoi, et avant quand."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.candidatures.queries import CandidatureLue
from app.espace.attendues import PieceSuivie, attendues
from app.espace.carte import DossierSuivi
from app.espace.lecture import dossiers_de
from app.infra.clock import jour_de_paris
from app.referentiel.horaires import Horaire, horaire, nom_academie, nom_session
from app.referentiel.models import RegimeConfirmation
from app.regles.vocabulaire import EtatCandidature
from app.web.agenda import Evenement
from app.web.gabarits import INSECABLE, derniere_minute

A_VOUS, SI_BESOIN, AU_SERVICE = "À vous", "À vous, si besoin", "Au service des examens"
BIENTOT = 7  # jours


@dataclass(frozen=True, slots=True)
class Geste:
    """Qui doit faire quoi, et où. `qui` est vide quand le délai est passé, `lien` quand rien ne se fait en ligne."""

    qui: str
    quoi: str
    lien: str = ""
    texte_lien: str = ""

    @property
    def est_a_lui(self) -> bool:
        return self.qui in (A_VOUS, SI_BESOIN)


@dataclass(frozen=True, slots=True)
class Echeance:
    nature: str
    """« cloture », « pieces », « redepot » : avec la candidature, ce qui la désigne pour toujours dans un agenda"""
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
    """Celles des candidatures que montre « Mes inscriptions », la plus proche d'abord."""
    toutes = [
        echeance
        for suivi in dossiers_de(db, compte_id, maintenant)
        for echeance in _de_la_candidature(suivi, maintenant)
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
        rappel=f"Demain : {echeance.titre[0].lower()}{echeance.titre[1:]}" if echeance.geste.est_a_lui else "",
    )


def _de_la_candidature(suivi: DossierSuivi, maintenant: datetime) -> Iterator[Echeance]:
    lue, depot_ferme_le = suivi.lue, suivi.lue.periode.depot_ferme_le
    yield _echeance(
        "cloture", "Clôture des inscriptions", lue.periode.ferme_le, _cloture(lue, maintenant), lue, maintenant
    )
    if not lue.est_enregistree:
        return
    rouvertes = [piece for piece in suivi.pieces if piece.est_a_lui and piece.limite(depot_ferme_le) > depot_ferme_le]
    geste = _pieces(suivi, [piece for piece in suivi.pieces if piece not in rouvertes], maintenant)
    if geste:
        yield _echeance("pieces", "Fin de l’envoi des pièces", depot_ferme_le, geste, lue, maintenant)
    if rouvertes:
        limite = min(piece.limite(depot_ferme_le) for piece in rouvertes)
        yield _echeance("redepot", "Pièce à redéposer", limite, _a_envoyer(lue, rouvertes, maintenant), lue, maintenant)


def _cloture(lue: CandidatureLue, maintenant: datetime) -> Geste:
    lien = f"/candidatures/{lue.id}"
    if not lue.periode.est_ouverte(maintenant):
        if lue.est_enregistree:
            return Geste("", f"Votre inscription est enregistrée, version {lue.version}.")
        est_un_brouillon = lue.etat is EtatCandidature.BROUILLON
        quoi = "Ce brouillon n’est pas enregistré" if est_un_brouillon else "Cette inscription n’est pas enregistrée"
        return Geste("", f"{quoi}. {_contact(lue)}")
    if not lue.est_enregistree:
        quoi = "Finir l’inscription et choisir « Enregistrer ». Rien n’est enregistré."
        return Geste(A_VOUS, quoi, lien, "Reprendre mon inscription")
    if not lue.est_a_jour:
        quoi = f"Enregistrer vos modifications. Sans cela, la version {lue.version} reste valable."
        return Geste(A_VOUS, quoi, lien, "Reprendre mes modifications")
    par_l_etablissement = bool(lue.contexte.pose_par)
    quoi = "Modifier votre inscription." if par_l_etablissement else "Modifier votre inscription, ou vous désinscrire."
    return Geste(SI_BESOIN, quoi, lien, "Mon inscription")


def _pieces(suivi: DossierSuivi, pieces: Sequence[PieceSuivie], maintenant: datetime) -> Geste | None:
    """Rien de demandé, aucune échéance : sauf la confirmation papier, qui revient signée."""
    lue = suivi.lue
    if not suivi.pieces:
        if lue.periode.regime_confirmation is not RegimeConfirmation.PAPIER:
            return None
        if maintenant >= lue.periode.depot_ferme_le:
            return Geste("", f"Il manque un document ? {_contact(lue)}")
        quoi = "Envoyer la confirmation d’inscription signée."
        return Geste(A_VOUS, quoi, f"/candidatures/{lue.id}/documents", "Mes documents")
    return _a_envoyer(lue, pieces, maintenant)


def _a_envoyer(lue: CandidatureLue, pieces: Sequence[PieceSuivie], maintenant: datetime) -> Geste:
    reste = attendues(pieces, lue.periode.depot_ferme_le, maintenant)
    if reste.limite:
        quoi = reste.envoi or "cliquer sur « J’ai fourni toutes mes pièces »"
        return Geste(A_VOUS, f"{quoi[0].upper()}{quoi[1:]}.", f"/candidatures/{lue.id}/pieces", "Mes justificatifs")
    if reste.trop_tard:
        return Geste("", f"Il manque un document ? {_contact(lue)}")
    if reste.a_controler:
        combien = f"vos {reste.a_controler} pièces" if reste.a_controler > 1 else "votre pièce"
        return Geste(AU_SERVICE, f"Contrôler {combien}. Vous n’avez plus rien à envoyer.")
    return Geste("", "Vous n’avez plus rien à envoyer.")


def _echeance(
    nature: str, titre: str, ferme_le: datetime, geste: Geste, lue: CandidatureLue, maintenant: datetime
) -> Echeance:
    instant, academie = derniere_minute(ferme_le), lue.periode.academie
    jours = (jour_de_paris(instant) - jour_de_paris(maintenant)).days
    return Echeance(
        nature=nature,
        candidature_id=lue.id,
        titre=titre,
        instant=instant,
        quand=horaire(instant, academie),
        delai=_delai(jours) if maintenant < ferme_le else "",
        est_proche=jours <= BIENTOT and geste.qui == A_VOUS,
        inscription=f"{nom_session(lue.periode.session)}, {nom_academie(academie)}",
        geste=geste,
    )


def _delai(jours: int) -> str:
    """En jours de Paris."""
    return {0: "aujourd’hui", 1: "demain"}.get(jours, f"dans {jours}{INSECABLE}jours")


def _contact(lue: CandidatureLue) -> str:
    service = lue.periode.service
    return f"Contactez {', '.join(part for part in (service.nom, service.courriel, service.telephone) if part)}."
