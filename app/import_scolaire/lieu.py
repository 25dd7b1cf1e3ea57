"""Le lieu de naissance d'une ligne : pays, département et commune se jugent ensemble. Pur."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from app.import_scolaire.cases import Commune, Reperes
from app.import_scolaire.colonnes import PAR_CODE
from app.import_scolaire.erreurs import Erreur
from app.import_scolaire.lecture import Ligne
from app.referentiel.lieux import ACTUELLE, cle_de_recherche
from app.web.champs import presentable

ARRONDISSEMENT = re.compile(r"(PARIS|LYON|MARSEILLE) (?:0?)([0-9]{1,2})(?:E|ER|EME)?(?: ARRONDISSEMENT)?")


def lieu_de(ligne: Ligne, lues: dict[str, Any], reperes: Reperes) -> Iterator[Erreur]:
    """Pays, département et commune ensemble ; rien à dire de plus si l'un d'eux est déjà fautif."""
    if not {"pays", "departement", "commune"} <= lues.keys():
        return
    pays, departement, commune = lues["pays"], lues["departement"], lues["commune"]
    pays = pays or ("FR" if departement else "")
    if not pays:
        yield Erreur(PAR_CODE["departement"].titre, "", "le département de naissance ; à l’étranger, le pays")
    elif pays != "FR" and departement:
        valeur = presentable(ligne.cases.get("departement", ""))
        yield Erreur(PAR_CODE["departement"].titre, valeur, "rien, pour une naissance à l’étranger")
    elif pays != "FR":
        lues["lieu"] = _ou(pays, None, None, commune)
    elif not departement:
        yield Erreur(PAR_CODE["departement"].titre, "", "le département de naissance, par exemple 31")
    else:
        trouvee = _commune_de(commune, reperes.communes.get(departement, {}))
        if trouvee is None:
            yield Erreur(PAR_CODE["commune"].titre, commune, _phrase_commune(commune, departement, reperes))
        else:
            lues["lieu"] = _ou(pays, departement, trouvee, trouvee.nom_affiche)


def _ou(pays: str, departement: str | None, commune: Commune | None, nom: str) -> dict[str, str | None]:
    return {
        "pays_naissance": pays,
        "departement_naissance": departement,
        "commune_naissance": commune.code_insee if commune else None,
        "commune_naissance_type": commune.type if commune else None,
        "lieu_naissance": nom,
    }


def _commune_de(texte: str, communes: Mapping[str, tuple[Commune, ...]]) -> Commune | None:
    """Une commune déléguée ou associée se dit comme elle s'appelait ; homonyme de l'actuelle, c'est l'actuelle."""
    cle = cle_de_recherche(texte)
    if lue := ARRONDISSEMENT.fullmatch(cle):
        rang = int(lue[2])
        cle = f"{lue[1]} {rang}{'ER' if rang == 1 else 'E'} ARRONDISSEMENT"
    homonymes = communes.get(cle, ())
    return min(homonymes, key=lambda commune: (commune.type != ACTUELLE, commune.code_insee), default=None)


def _phrase_commune(texte: str, departement: str, reperes: Reperes) -> str:
    communes = reperes.communes.get(departement, {})
    phrase = f"une commune de ce département ({reperes.noms_departements.get(departement, departement)})."
    proche = get_close_matches(cle_de_recherche(texte), communes, n=1, cutoff=0.75)
    return phrase + (f" Vouliez-vous dire {communes[proche[0]][0].nom_affiche} ?" if proche else "")
