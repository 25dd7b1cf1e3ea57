"""Qui peut se présenter, dans quelle catégorie, à quelle spécialité, inscrit où (code de l'éducation, D. 337-7)."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.regles.dossier import Dossier
from app.regles.referentiel import Categorie, EtablissementInscription, FicheCatalogue, Specialite, Texte
from app.regles.vocabulaire import InscritPar, StatutCandidat

NATIONALITE_FRANCAISE = "FR"
"""code de pays.csv"""

MOTIF_MINEUR = "Un mineur ne peut se présenter que s’il a suivi une préparation."


@dataclass(frozen=True, slots=True)
class CategorieProposee:
    categorie: Categorie
    est_ouverte: bool
    motif: str
    """pourquoi elle est fermée, ou ce qui reste à confirmer ; vide sinon"""


@dataclass(frozen=True, slots=True)
class SpecialiteProposee:
    code: str
    titre: str
    est_ouverte: bool
    motif: str
    """pourquoi elle ne se choisit pas ; vide sinon"""
    secteur: str
    message: str = ""
    """ce que l'académie en dit"""


@dataclass(frozen=True, slots=True)
class Refus:
    motif: str
    textes: tuple[Texte, ...]
    champ: str = "categorie"
    """réponse du brouillon à changer"""


def age_au(naissance: date, jour: date) -> int:
    """Âge révolu. Né un 29 février, on prend un an le 1er mars des années qui n'en ont pas."""
    anniversaire_a_venir = (jour.month, jour.day) < (naissance.month, naissance.day)
    return jour.year - naissance.year - anniversaire_a_venir


def age_a_l_inscription(dossier: Dossier) -> int:
    return age_au(dossier.identite.date_naissance, dossier.contexte.date_inscription)


def est_majeur(dossier: Dossier) -> bool:
    """Majorité au 31 décembre de l'année de l'examen, pas au jour de l'inscription (D. 337-10, fiche F23487)."""
    dernier_jour = date(dossier.contexte.annee, 12, 31)
    return age_au(dossier.identite.date_naissance, dernier_jour) >= dossier.reglement.age_majorite


def est_francais(dossier: Dossier) -> bool | None:
    """`None` : nationalité pas encore dite."""
    nationalite = dossier.brouillon.nationalite
    return nationalite == NATIONALITE_FRANCAISE if nationalite else None


def categories_proposees(dossier: Dossier) -> tuple[CategorieProposee, ...]:
    """Toutes les catégories, dans l'ordre du référentiel : celles qu'on ne peut pas choisir disent pourquoi."""
    proposees = []
    for categorie in dossier.reglement.categories.values():
        motif = _fermeture(dossier, categorie)
        est_ouverte = not motif
        if est_ouverte and not est_majeur(dossier) and not categorie.mineur_admis_est_verifie:
            motif = (
                "Vous serez encore mineur au 31 décembre de l’année de l’examen : cette catégorie est "
                "à confirmer par le service des examens."
            )
        proposees.append(CategorieProposee(categorie, est_ouverte, motif))
    return tuple(proposees)


def _fermeture(dossier: Dossier, categorie: Categorie) -> str:
    par_etablissement = categorie.inscrit_par is InscritPar.ETABLISSEMENT
    if par_etablissement and dossier.contexte.inscrit_par is InscritPar.CANDIDAT:
        return "C’est votre établissement qui vous inscrit : demandez-lui votre papillon de connexion."
    if not categorie.mineur_admis and not est_majeur(dossier):
        return f"{MOTIF_MINEUR} Vous aurez moins de 18 ans au 31 décembre de l’année de l’examen."
    return ""


def specialites_proposees(dossier: Dossier) -> tuple[SpecialiteProposee, ...]:
    """La liste nationale entière, par titre : on montre aussi ce qu'on ne peut pas choisir, avec la raison."""
    detaillees = (_detaillee(dossier, specialite) for specialite in dossier.reglement.specialites.values())
    autres = (
        SpecialiteProposee(fiche.code, fiche.libelle, False, _hors_detail(dossier, fiche), fiche.groupe)
        for fiche in dossier.reglement.catalogue
        if fiche.code not in dossier.reglement.specialites
    )
    return tuple(sorted((*detaillees, *autres), key=lambda proposee: (sans_accents(proposee.titre), proposee.code)))


def _detaillee(dossier: Dossier, specialite: Specialite) -> SpecialiteProposee:
    motif = motif_de_fermeture(dossier, specialite)
    message = dossier.contexte.messages_specialites.get(specialite.code, "")
    return SpecialiteProposee(specialite.code, specialite.titre_ecran, not motif, motif, specialite.secteur, message)


def motif_de_fermeture(dossier: Dossier, specialite: Specialite) -> str:
    """Vide si la spécialité se présente à cette session dans cette académie."""
    hors_session = _hors_session(specialite, dossier.contexte.annee)
    if hors_session:
        return hors_session
    if specialite.code in dossier.contexte.specialites_non_organisees:
        return "Votre académie n’organise pas cette spécialité à cette session."
    return ""


def _hors_detail(dossier: Dossier, fiche: FicheCatalogue) -> str:
    return _hors_session(fiche, dossier.contexte.annee) or (
        "Cette spécialité n’est pas encore détaillée ici : ses épreuves ne sont pas dans le portail. "
        "Adressez-vous au service des examens de votre académie."
    )


def _hors_session(specialite: Specialite | FicheCatalogue, annee: int) -> str:
    if specialite.premiere_session is not None and annee < specialite.premiere_session:
        return f"Cette spécialité ouvre à la session {specialite.premiere_session}."
    if specialite.derniere_session is not None and annee > specialite.derniere_session:
        return f"Cette spécialité n’existe plus : sa dernière session était {specialite.derniere_session}."
    return ""


def sans_accents(titre: str) -> str:
    """Clé de tri : « Électricien » se range à E."""
    return "".join(
        lettre for lettre in unicodedata.normalize("NFKD", titre) if not unicodedata.combining(lettre)
    ).casefold()


def etablissements_proposes(dossier: Dossier) -> tuple[EtablissementInscription, ...]:
    """Ceux de l'académie, pour le statut de la catégorie choisie (tous tant qu'elle ne l'est pas)."""
    categorie = dossier.categorie
    return tuple(
        etablissement
        for etablissement in dossier.contexte.etablissements
        if etablissement.academie in ("", dossier.contexte.academie)
        and (categorie is None or not etablissement.statuts or categorie.statut in etablissement.statuts)
    )


def refus(dossier: Dossier) -> Refus | None:
    """Ce qui interdit de se présenter, y compris après contrôle d'une pièce. `None` : rien ne s'y oppose."""
    return _refus_de_mineur(dossier) or _refus_d_experience(dossier) or _refus_de_seconde_specialite(dossier)


def _refus_de_mineur(dossier: Dossier) -> Refus | None:
    categorie = dossier.categorie
    if categorie is None or est_majeur(dossier):
        return None
    if not categorie.mineur_admis:
        return Refus(MOTIF_MINEUR, textes(dossier, "COND_PREPARATION", "COND_MAJEUR", "COND_AGE"))
    if dossier.contexte.pieces_refusees & PREUVES_DE_PREPARATION:
        a_distance = categorie.statut is StatutCandidat.DISTANCE
        preparation = "Préparation à distance" if a_distance else "Préparation"
        return Refus(
            f"{preparation} non justifiée ; un mineur sans préparation n’est pas admis.",
            textes(dossier, "COND_PREPARATION", "COND_MAJEUR"),
        )
    return None


PREUVES_DE_PREPARATION = frozenset({"FORATT01", "FORATT02"})
PREUVE_D_EXPERIENCE = "EXPPRO01"


def _refus_d_experience(dossier: Dossier) -> Refus | None:
    """La preuve n'a pas de date dans le texte : rien n'est refusé avant qu'un gestionnaire l'ait contrôlée."""
    if exige_experience(dossier) and PREUVE_D_EXPERIENCE in dossier.contexte.pieces_refusees:
        return Refus(
            "L’expérience doit dater des trois ans précédant l’examen. "
            "Votre justificatif de 14 semaines n’a pas été accepté.",
            textes(dossier, "COND_EXPERIENCE"),
            "specialite",
        )
    return None


def exige_experience(dossier: Dossier) -> bool:
    """D. 337-7, 2° b : les seuls candidats sans formation, si l'arrêté de la spécialité l'impose."""
    specialite, categorie = dossier.specialite, dossier.categorie
    return (
        specialite is not None
        and categorie is not None
        and specialite.exige_experience
        and not categorie.formation_justifiee
    )


def _refus_de_seconde_specialite(dossier: Dossier) -> Refus | None:
    contexte = dossier.contexte
    if seconde_specialite_admise(
        dossier.brouillon.specialite,
        contexte.autres_specialites,
        derogation_accordee=contexte.derogation_specialite_accordee,
        plusieurs_employeurs=contexte.contrat_plusieurs_employeurs and _peut_avoir_plusieurs_employeurs(dossier),
    ):
        return None
    return Refus(
        "Une seule spécialité de CAP par session, sauf dérogation du recteur.",
        textes(dossier, "UNE_SPECIALITE", "DEUX_SPECIALITES_CONTRAT"),
        "specialite",
    )


def seconde_specialite_admise(
    specialite: str | None,
    autres: Iterable[str],
    *,
    derogation_accordee: bool = False,
    plusieurs_employeurs: bool = False,
) -> bool:
    """D. 337-21 : une spécialité par session ; une dérogation du recteur lève la règle, un contrat conclu avec
    plusieurs employeurs en permet deux. Un autre diplôme (bac pro, BP…) ne compte pas."""
    deja = {autre for autre in autres if autre != specialite}
    if specialite is None or not deja or derogation_accordee:
        return True
    return plusieurs_employeurs and len(deja) == 1


def _peut_avoir_plusieurs_employeurs(dossier: Dossier) -> bool:
    """Contrat d'apprentissage, ou de professionnalisation : un contrat de la formation continue."""
    categorie = dossier.categorie
    return categorie is not None and categorie.statut in (StatutCandidat.APPRENTI, StatutCandidat.FORMATION_CONTINUE)


def textes(dossier: Dossier, *codes: str) -> tuple[Texte, ...]:
    """Les textes de ces codes qui s'appliquent à la session."""
    annee = dossier.contexte.annee
    connus = (dossier.reglement.textes[code] for code in codes if code in dossier.reglement.textes)
    return tuple(texte for texte in connus if (texte.depuis or annee) <= annee <= (texte.jusqu_a or annee))
