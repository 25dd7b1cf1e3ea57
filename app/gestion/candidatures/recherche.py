"""Les candidatures qui répondent, page par page : chaque page lit cinquante lignes d'un index, jamais le reste.

Les pages se suivent par clé (le nom sans accents, puis l'id) ; l'adresse porte l'id d'une ligne, pas son nom. Sans
recherche, l'ordre est celui des noms. Avec un nom cherché, d'abord le mot trouvé : « MARTIN » avant « MARTINEZ ».
"""

from collections.abc import Iterator, Sequence
from heapq import merge
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, tuple_
from sqlalchemy.orm import Session, aliased

from app.candidatures.annuaire import MotDuNom
from app.candidatures.models import Candidature
from app.comptes.adresses import normaliser
from app.comptes.models import Candidat, Compte
from app.gestion.candidatures.criteres import Criteres, Genre
from app.regles.vocabulaire import EtatCandidature

PAR_PAGE = 50
COMPTE_AU_PLUS = 1000
"""au-delà, « plus de 1 000 » : compter davantage lirait toute la liste"""
NOMS_AU_PLUS = 100
"""un nom cherché : au-delà de deux pages on précise, et chaque ligne comptée en lit plusieurs autres"""

Cle = tuple[str, ...]
"""(nom, id), ou (mot, nom, id) quand un nom est cherché"""


def ids_de_la_page(
    db: Session, demande: Criteres, *, apres: str = "", avant: str = "", limite: int = PAR_PAGE
) -> tuple[tuple[str, ...], str, str]:
    """(ids dans l'ordre, clé de la page d'avant, clé de la page d'après) ; une clé vide : il n'y en a pas."""
    repere = _repere(db, demande, apres or avant) if apres or avant else None
    recule = repere is not None and not apres
    lues = _lire(db, demande, repere, recule=recule, limite=limite + 1)
    il_en_reste = len(lues) > limite
    lues = lues[:limite]
    if recule:
        lues = lues[::-1]
    if not lues:
        return (), "", ""
    ids = tuple(cle[-1] for cle in lues)
    suite, retour = (True, il_en_reste) if recule else (il_en_reste, repere is not None)
    return ids, ids[0] if retour else "", ids[-1] if suite else ""


def compte_au_plus(demande: Criteres) -> int:
    return NOMS_AU_PLUS if demande.cherche and demande.cherche.genre is Genre.NOM else COMPTE_AU_PLUS


def combien(db: Session, demande: Criteres) -> int:
    """Exact jusqu'à `compte_au_plus` ; au-delà, un de plus."""
    total, borne = 0, compte_au_plus(demande)
    for requete in _requetes(demande):
        reste = borne + 1 - total
        bornee = requete.limit(reste).subquery()
        total += db.scalar(select(func.count()).select_from(bornee)) or 0
        if total > borne:
            break
    return total


def toutes(db: Session, demande: Criteres, *, apres: str = "", limite: int) -> tuple[tuple[str, ...], str]:
    """Un lot d'un export : (ids, clé du lot suivant)."""
    ids, _, suite = ids_de_la_page(db, demande, apres=apres, limite=limite)
    return ids, suite


def _lire(db: Session, demande: Criteres, repere: Cle | None, *, recule: bool, limite: int) -> list[Cle]:
    """Chaque service et chaque état est une suite déjà ordonnée : on les mêle, sans jamais trier."""
    suites = [list(_suite(db, requete, repere, recule=recule, limite=limite)) for requete in _requetes(demande)]
    return list(islice(merge(*suites, reverse=recule), limite))


def _suite(
    db: Session, requete: Select[*tuple[Any, ...]], repere: Cle | None, *, recule: bool, limite: int
) -> Iterator[Cle]:
    cle = list(requete.exported_columns)
    if repere is not None:
        borne = tuple_(*cle)
        requete = requete.where(borne < repere if recule else borne > repere)
    ordre = [colonne.desc() for colonne in cle] if recule else cle
    for ligne in db.execute(requete.order_by(*ordre).limit(limite)):
        yield tuple(ligne)


def _requetes(demande: Criteres) -> Iterator[Select[*tuple[Any, ...]]]:
    cherche = demande.cherche
    if cherche is None:
        for periode_id in demande.periodes:
            for etat in demande.etats:
                yield _par_nom(demande).where(Candidature.periode_id == periode_id, Candidature.etat == etat)
    elif cherche.genre is Genre.NOM:
        for periode_id in demande.periodes:
            yield _par_mot(demande, periode_id)
    elif cherche.genre is Genre.NUMERO:
        requete = _d_un_compte(demande).join(Candidat, Candidat.compte_id == Candidature.compte_id)
        requete = requete.where(Candidat.numero_candidat == cherche.numero_candidat)
        if cherche.numero_inscription:
            requete = requete.where(Candidature.numero_inscription == cherche.numero_inscription)
        yield requete
    elif cherche.genre is Genre.COURRIEL:
        requete = _d_un_compte(demande).join(Compte, Compte.id == Candidature.compte_id)
        yield requete.where(Compte.identifiant == normaliser(cherche.texte))


def _par_nom(demande: Criteres) -> Select[str, str]:
    return select(Candidature.cle_nom, Candidature.id).where(*_filtres(demande))


def _d_un_compte(demande: Criteres) -> Select[str, str]:
    """Un compte n'a que quelques candidatures : c'est de lui qu'il faut partir. L'expression ôte à la base l'index du
    service, que SQLite, sans statistiques, croit le meilleur : il lirait toutes les candidatures du service."""
    service = Candidature.periode_id + ""
    return _par_nom(demande).where(service.in_(demande.periodes), Candidature.etat.in_(demande.etats))


def _par_mot(demande: Criteres, periode_id: str) -> Select[str, str, str]:
    """Tous les mots tapés commencent un mot du nom. Le plus long mène ; une candidature ne paraît qu'une fois."""
    assert demande.cherche is not None  # noqa: S101 — l'appelant vient de le lire
    meneur, *autres = sorted(demande.cherche.mots, key=len, reverse=True)
    plus_tot = aliased(MotDuNom)
    requete = select(MotDuNom.mot, MotDuNom.cle_nom, MotDuNom.candidature_id).where(
        MotDuNom.periode_id == periode_id,
        *_commence_par(MotDuNom.mot, meneur),
        ~select(plus_tot.mot)
        .where(plus_tot.candidature_id == MotDuNom.candidature_id, plus_tot.mot >= meneur, plus_tot.mot < MotDuNom.mot)
        .exists(),
    )
    for mot in autres:
        autre = aliased(MotDuNom)
        requete = requete.where(
            select(autre.mot)
            .where(autre.candidature_id == MotDuNom.candidature_id, *_commence_par(autre.mot, mot))
            .exists()
        )
    if len(demande.etats) < len(EtatCandidature) or demande.specialite or demande.etablissement:
        requete = requete.join(Candidature, Candidature.id == MotDuNom.candidature_id).where(
            Candidature.etat.in_(demande.etats), *_filtres(demande)
        )
    return requete


def _filtres(demande: Criteres) -> list[ColumnElement[bool]]:
    filtres = []
    if demande.specialite:
        filtres.append(Candidature.specialite == demande.specialite)
    if demande.etablissement:
        filtres.append(Candidature.etablissement == demande.etablissement)
    if demande.dispense_a_confirmer:
        filtres.append(Candidature.dispense_a_confirmer.is_(True))  # dit comme la condition de l'index partiel
    return filtres


def _commence_par(colonne: Any, debut: str) -> Sequence[ColumnElement[bool]]:
    """Deux bornes plutôt que LIKE : l'index sert toujours, et rien n'est à échapper."""
    return (colonne >= debut, colonne < debut[:-1] + chr(ord(debut[-1]) + 1))


def _repere(db: Session, demande: Criteres, candidature_id: str) -> Cle | None:
    """La place de cette ligne, même si un filtre ne la montre plus. Hors de la portée, aucune : on repart du début."""
    cle_nom = db.scalar(
        select(Candidature.cle_nom).where(
            Candidature.id == candidature_id, Candidature.periode_id.in_(demande.periodes)
        )
    )
    if cle_nom is None:
        return None
    if demande.cherche is None or demande.cherche.genre is not Genre.NOM:
        return (cle_nom, candidature_id)
    meneur = max(demande.cherche.mots, key=len)
    mot = db.scalar(
        select(func.min(MotDuNom.mot)).where(
            MotDuNom.candidature_id == candidature_id, *_commence_par(MotDuNom.mot, meneur)
        )
    )
    return (mot, cle_nom, candidature_id) if mot else None
