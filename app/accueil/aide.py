"""L'aide : des mots simples sur ce que le référentiel dit avec les siens, sans jamais le contredire."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.pieces.formats import phrase_formats
from app.regles.referentiel import ConditionPiece, Piece, Reglement
from app.regles.vocabulaire import InscritPar, StatutCandidat

# « Quelle est ma catégorie ? » : la phrase d'une personne, par code de catégorie.
PHRASES = {
    "SCOLAIRE": "Je suis élève d’un lycée public, ou privé sous contrat.",
    "SCOLAIRE_HC": "Je suis élève d’un établissement privé hors contrat.",
    "CNED_SCOLAIRE": "Je suis scolarisé au CNED, en inscription réglementée.",
    "APPRENTI_HABILITE": "Je suis apprenti, et mon CFA évalue en cours de formation (CCF).",
    "APPRENTI": "Je suis apprenti dans un autre CFA.",
    "FC_PUBLIC_HABILITE": "Je suis stagiaire d’un GRETA ou d’un établissement public qui évalue en cours de formation.",
    "FC_PUBLIC": "Je suis stagiaire de la formation continue dans un autre établissement public.",
    "FC_PRIVE": "Je suis stagiaire de la formation continue dans un organisme privé.",
    "DISTANCE": "Je me prépare à distance, avec le CNED ou un organisme privé.",
    "INDIVIDUEL_SALARIE": "Je travaille et me prépare par moi-même.",
    "INDIVIDUEL_DEMANDEUR_EMPLOI": "Je cherche un emploi et me prépare par moi-même.",
    "INDIVIDUEL_AUTRE": "Je me prépare par moi-même, et aucune autre phrase ne me convient.",
    "EX_SCOLAIRE": "J’étais élève : je n’ai pas eu ce CAP et je le représente seul.",
    "EX_APPRENTI": "J’étais apprenti : je n’ai pas eu ce CAP et je le représente seul.",
    "EX_FORMATION_CONTINUE": "J’étais stagiaire de la formation continue : je représente seul ce CAP.",
}

STATUTS = {
    StatutCandidat.SCOLAIRE: "élève",
    StatutCandidat.APPRENTI: "apprenti",
    StatutCandidat.FORMATION_CONTINUE: "stagiaire de la formation continue",
    StatutCandidat.DISTANCE: "candidat à distance",
    StatutCandidat.INDIVIDUEL: "candidat individuel",
}

NATIONALITES = {"francaise": "de nationalité française", "etrangere": "de nationalité étrangère"}


@dataclass(frozen=True, slots=True)
class AideCategorie:
    phrase: str
    libelle: str
    par_etablissement: bool


@dataclass(frozen=True, slots=True)
class AidePiece:
    piece: Piece
    situation: str
    """à qui elle est demandée ; vide : à tous"""
    formats: str
    """« PDF, PNG, JPG ou ZIP » ; vide : les formats ordinaires"""

    @property
    def texte(self) -> str:
        """Le texte qui la fonde ; que son code soit propre au portail ne regarde pas le candidat."""
        return self.piece.source.removesuffix(" ; code interne")


@dataclass(frozen=True, slots=True)
class GroupePieces:
    libelle: str
    pieces: tuple[AidePiece, ...]


def categories(reglement: Reglement) -> tuple[AideCategorie, ...]:
    return tuple(
        AideCategorie(
            PHRASES.get(categorie.code, ""), categorie.libelle, categorie.inscrit_par is InscritPar.ETABLISSEMENT
        )
        for categorie in reglement.categories.values()
    )


def groupes_de_pieces(reglement: Reglement) -> tuple[GroupePieces, ...]:
    """Toutes les pièces possibles, dans l'ordre des groupes du référentiel."""
    groupes = (
        GroupePieces(
            libelle,
            tuple(
                AidePiece(piece, situation(piece.condition, reglement), _formats(piece, reglement))
                for piece in reglement.pieces.values()
                if piece.groupe == code
            ),
        )
        for code, libelle in reglement.groupes_pieces.items()
    )
    return tuple(groupe for groupe in groupes if groupe.pieces)


def _formats(piece: Piece, reglement: Reglement) -> str:
    return "" if piece.formats == reglement.depot.formats_par_defaut else phrase_formats(piece.formats)


def situation(condition: ConditionPiece, reglement: Reglement) -> str:
    """« Candidat individuel ou à distance, de nationalité française, de 16 à 24 ans ». Tout doit être vrai."""
    phrase = ", ".join((*_personne(condition, reglement), *_demandes(condition, reglement)))
    return phrase[:1].upper() + phrase[1:]


def _personne(condition: ConditionPiece, reglement: Reglement) -> Iterator[str]:
    if condition.statuts:
        yield _ou(STATUTS[statut] for statut in condition.statuts)
    if condition.categories:
        yield _ou(reglement.categories[code].libelle for code in condition.categories)
    if condition.nationalite:
        yield NATIONALITES.get(condition.nationalite, condition.nationalite)
    if age := _age(condition):
        yield age
    if condition.mineur is not None:
        yield f"{'mineur' if condition.mineur else 'majeur'} au 31 décembre de l’année de l’examen"
    if condition.experience:
        yield "sans formation, dans une spécialité qui exige une expérience professionnelle"
    if condition.confirmation_signee:
        yield "quand le service demande une confirmation signée"
    if condition.forme:
        yield f"en forme {condition.forme.libelle.lower()}"


def _demandes(condition: ConditionPiece, reglement: Reglement) -> Iterator[str]:
    if condition.handicap:
        yield "qui demande un aménagement d’épreuves au titre du handicap"
    if condition.derogation:
        yield "qui demande une dérogation à la forme de passage"
    if condition.amenagement_duree:
        yield "dont la durée de formation est aménagée"
    if condition.familles_acquis:
        yield "qui déclare " + _ou(f"« {reglement.familles[code].libelle} »" for code in condition.familles_acquis)
    if condition.acquis:
        yield "qui déclare " + _ou(f"« {reglement.acquis[code].libelle} »" for code in condition.acquis)
    if condition.specialites:
        yield "en " + _ou(f"« {_titre(code, reglement)} »" for code in condition.specialites)
    for code, valeurs in (condition.choix or {}).items():
        yield _choix(code, valeurs, condition.specialites, reglement)


def _age(condition: ConditionPiece) -> str:
    if condition.age_min is not None and condition.age_max is not None:
        return f"de {condition.age_min} à {condition.age_max} ans"
    if condition.age_min is not None:
        return f"à partir de {condition.age_min} ans"
    return "" if condition.age_max is None else f"jusqu’à {condition.age_max} ans"


def _choix(code: str, valeurs: tuple[str, ...], specialites: tuple[str, ...], reglement: Reglement) -> str:
    """« Situation professionnelle : Assistant(e) maternel(le) », dans les mots de la spécialité qui le demande."""
    connues = (reglement.specialites[s] for s in specialites or reglement.specialites if s in reglement.specialites)
    choix = next((c for specialite in connues for c in specialite.choix if c.code == code), None)
    if choix is None:
        return ""
    libelles = {option.code: option.libelle for option in choix.valeurs}
    return f"{choix.libelle} : " + _ou(libelles.get(valeur, valeur) for valeur in valeurs)


def _titre(code: str, reglement: Reglement) -> str:
    specialite = reglement.specialites.get(code)
    return specialite.titre_ecran if specialite else code


def _ou(mots: Iterator[str]) -> str:
    *debut, dernier = mots
    return f"{', '.join(debut)} ou {dernier}" if debut else dernier
