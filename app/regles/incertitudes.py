"""Ce que le référentiel ne sait pas encore de source officielle, dit au candidat avant qu'il ne s'y fie.

Une règle du portail : rien de ce qui est `verified = false`, secondaire ou divergent ne se montre comme certain.
Les dispenses et les pièces portent chacune leur drapeau ; ici, ce qui tient à la spécialité et à la catégorie.
"""

from collections.abc import Iterator

from app.regles.dossier import Dossier
from app.regles.eligibilite import exige_experience
from app.regles.referentiel import Categorie, Specialite
from app.regles.vocabulaire import PlaceLangue


def incertitudes(dossier: Dossier) -> tuple[str, ...]:
    """Des groupes nominaux : « l’intitulé de EP1 et EP2 », « la place de la langue vivante »…"""
    specialite, categorie = dossier.specialite, dossier.categorie
    de_la_specialite = _specialite(specialite) if specialite else iter(())
    de_la_categorie = _categorie(categorie) if categorie else iter(())
    trouvees = [*de_la_specialite, *de_la_categorie]
    if exige_experience(dossier):
        trouvees.append("l’exigence de 14 semaines d’expérience pour cette spécialité")
    return tuple(trouvees)


def _specialite(specialite: Specialite) -> Iterator[str]:
    douteuses = [epreuve.code for epreuve in specialite.epreuves if not epreuve.titre_est_verifie]
    if douteuses:
        yield f"l’intitulé de {_enumerer(douteuses)}"
    if specialite.langue_vivante is not PlaceLangue.AUCUNE and not specialite.langue_vivante_est_verifiee:
        yield f"la place de la langue vivante, donnée ici pour {specialite.langue_vivante.value}"
    if specialite.facultatives and not specialite.facultatives_sont_verifiees:
        yield "la liste des épreuves facultatives"
    for choix in specialite.choix:
        if not choix.est_verifie:
            yield f"la question « {choix.libelle} »"
    if any(not option.est_verifiee for e in specialite.epreuves for s in e.sous_epreuves for option in s.options):
        yield "certaines options proposées"


def _categorie(categorie: Categorie) -> Iterator[str]:
    if not categorie.est_verifiee:
        yield f"la catégorie « {categorie.libelle} »"


def _enumerer(noms: list[str]) -> str:
    return " et ".join(filter(None, (", ".join(noms[:-1]), noms[-1])))
