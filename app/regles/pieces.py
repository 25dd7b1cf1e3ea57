"""Pièces que ce dossier fait demander, et statut qui peut en suivre un autre (guide, chapitre 12)."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.regles.acquis import acquis_declares
from app.regles.dispenses import droits_de
from app.regles.dossier import AcquisDeclare, Dossier
from app.regles.eligibilite import age_a_l_inscription, est_francais, est_majeur, exige_experience
from app.regles.forme_passage import derogation_demandee, forme_finale
from app.regles.referentiel import ConditionPiece, DocumentAccepte, Piece
from app.regles.vocabulaire import StatutPiece


@dataclass(frozen=True, slots=True)
class PieceDemandee:
    piece: Piece
    motif: str
    """pourquoi elle est demandée à ce candidat"""
    documents_acceptes: tuple[DocumentAccepte, ...]
    """ceux qui valent à son âge ; vide : le libellé de la pièce dit tout"""


def pieces_demandees(dossier: Dossier) -> tuple[PieceDemandee, ...]:
    """Dans l'ordre du référentiel. Rien tant que la catégorie n'est pas choisie."""
    if dossier.categorie is None:
        return ()
    age = age_a_l_inscription(dossier)
    return tuple(
        PieceDemandee(
            piece,
            _motif(dossier, piece.condition),
            tuple(document for document in piece.documents_acceptes if document.age_min <= age <= document.age_max),
        )
        for piece in dossier.reglement.pieces.values()
        if est_due(dossier, piece.condition)
    )


def est_due(dossier: Dossier, condition: ConditionPiece) -> bool:
    """Toutes les conditions posées doivent être vraies."""
    return all(_conditions(dossier, condition))


def _conditions(dossier: Dossier, condition: ConditionPiece) -> Iterator[bool]:
    yield from _conditions_de_personne(dossier, condition)
    yield from _conditions_de_reponses(dossier, condition)
    yield from _conditions_de_specialite(dossier, condition)
    yield from _conditions_d_acquis(dossier, condition)


def _conditions_de_personne(dossier: Dossier, condition: ConditionPiece) -> Iterator[bool]:
    age, categorie = age_a_l_inscription(dossier), dossier.categorie
    yield not condition.statuts or (categorie is not None and categorie.statut in condition.statuts)
    yield not condition.categories or (categorie is not None and categorie.code in condition.categories)
    if condition.nationalite is not None:
        yield est_francais(dossier) is (condition.nationalite == "francaise")
    yield condition.age_min is None or condition.age_min <= age
    yield condition.age_max is None or age <= condition.age_max
    yield condition.mineur is None or condition.mineur is not est_majeur(dossier)


def _conditions_de_reponses(dossier: Dossier, condition: ConditionPiece) -> Iterator[bool]:
    brouillon, finale = dossier.brouillon, forme_finale(dossier)
    yield condition.handicap is None or condition.handicap is bool(brouillon.amenagement_epreuves)
    yield condition.amenagement_duree is None or condition.amenagement_duree is bool(brouillon.amenagement_duree)
    yield condition.derogation is None or condition.derogation is derogation_demandee(dossier)
    yield condition.forme is None or (finale is not None and finale.forme is condition.forme)
    yield condition.confirmation_signee in (None, dossier.contexte.confirmation_signee)


def _conditions_de_specialite(dossier: Dossier, condition: ConditionPiece) -> Iterator[bool]:
    specialite = dossier.specialite
    yield not condition.specialites or (specialite is not None and specialite.code in condition.specialites)
    yield condition.experience is None or condition.experience is exige_experience(dossier)
    for code, valeurs in (condition.choix or {}).items():
        pose = specialite is not None and any(choix.code == code for choix in specialite.choix)
        yield pose and dossier.brouillon.choix.get(code) in valeurs


def _conditions_d_acquis(dossier: Dossier, condition: ConditionPiece) -> Iterator[bool]:
    declares = [acquis for acquis, declare in acquis_declares(dossier) if not _est_refuse(dossier, declare)]
    yield not condition.familles_acquis or any(acquis.famille in condition.familles_acquis for acquis in declares)
    yield not condition.acquis or any(acquis.code in condition.acquis for acquis in declares)


def _est_refuse(dossier: Dossier, declare: AcquisDeclare) -> bool:
    """Le service n'en a rien retenu : il n'y a plus rien à en prouver."""
    if not any(decision.code_acquis == declare.code for decision in dossier.contexte.decisions):
        return False
    return not droits_de(dossier, declare)


def _motif(dossier: Dossier, condition: ConditionPiece) -> str:
    """La raison la plus particulière."""
    if condition.familles_acquis or condition.acquis:
        return f"Vous déclarez : {_acquis_en_cause(dossier, condition)}."
    if condition.specialites and dossier.specialite:
        return f"Demandée pour la spécialité {dossier.specialite.titre_ecran}."
    if condition.experience:
        return (
            "Cette spécialité exige 14 semaines d’expérience ou de stage, dans les trois ans qui précèdent l’examen, "
            "des candidats sans formation."
        )
    return next((phrase for pose, phrase in _raisons(dossier, condition) if pose), "")


def _raisons(dossier: Dossier, condition: ConditionPiece) -> Iterator[tuple[bool, str]]:
    yield bool(condition.derogation), "Vous demandez une dérogation à la forme globale."
    yield bool(condition.handicap), "Vous demandez un aménagement d’épreuves au titre du handicap."
    yield bool(condition.amenagement_duree), "Vous demandez un aménagement de la durée de formation."
    yield condition.forme is not None, "Demandée pour la forme de passage que vous avez choisie."
    yield bool(condition.mineur), "Vous serez encore mineur au 31 décembre de l’année de l’examen."
    if condition.age_min is not None and condition.age_max is not None:
        yield True, f"Vous êtes français et avez entre {condition.age_min} et {condition.age_max} ans à l’inscription."
    yield condition.nationalite == "francaise", "Vous êtes de nationalité française."
    yield condition.nationalite is not None, "Vous n’êtes pas de nationalité française."
    categorie = dossier.categorie
    yield categorie is not None, f"Demandée à la catégorie {categorie.libelle if categorie else ''}."


def _acquis_en_cause(dossier: Dossier, condition: ConditionPiece) -> str:
    noms = (
        f"{acquis.diplome} – {acquis.libelle}"
        for acquis, _ in acquis_declares(dossier)
        if acquis.famille in condition.familles_acquis or acquis.code in condition.acquis
    )
    return " ; ".join(dict.fromkeys(sorted(noms)))


_SUITES = {
    StatutPiece.AUCUN: (StatutPiece.RECUE, StatutPiece.NON_CONFORME, StatutPiece.CONFORME),
    StatutPiece.RECUE: (StatutPiece.NON_CONFORME, StatutPiece.CONFORME),
    # redéposée, la pièce n'a de nouveau aucun statut ; reçue par courrier, elle est « Reçue »
    StatutPiece.NON_CONFORME: (StatutPiece.AUCUN, StatutPiece.RECUE, StatutPiece.CONFORME),
    StatutPiece.CONFORME: (StatutPiece.NON_CONFORME,),
}


def peut_suivre(avant: StatutPiece, apres: StatutPiece) -> bool:
    """Le gestionnaire peut se dédire (« Conforme » puis « Non conforme »), jamais oublier ce qu'il a contrôlé."""
    return apres in _SUITES[avant]
