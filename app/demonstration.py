"""L'instance d'essai : référentiel, services ouverts autour d'aujourd'hui, comptes d'exemple et `demo.json`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.annee_fictive import annee_passee
from app.comptes.corrections import Correction, Preuve, demander_correction, demandes_de
from app.comptes.creation import compte_actif
from app.comptes.demonstration import agents_de_demonstration, comptes_de_demonstration
from app.comptes.models import ChampCorrigible
from app.comptes.preuves import ranger_preuve
from app.dossiers_fictifs import PIECES, dossiers_de_demonstration, fichier_d_essai, inscrire_et_deposer, octets_d_essai
from app.etablissements_fictifs import etablissement_de_demonstration
from app.infra.cle import cle_instance
from app.infra.clock import maintenant
from app.infra.database import Database
from app.infra.passwords import MotsDePasse
from app.referentiel.chargement import ReferentielInvalide, charger, lire_dossier
from app.referentiel.demonstration import services_de_demonstration
from app.referentiel.reglements import Reglements
from app.settings import Impossible, Reglages

MOT_DE_PASSE = "Essai-2027!"
MOT_DE_PASSE_AGENT = "Essai-gestion-2027!"
DOSSIERS = 6
CORRIGE = "candidat1@exemple.fr"
"""celui qui demande une correction d'état civil"""


@dataclass(frozen=True, slots=True)
class Instance:
    url: str
    comptes: Mapping[str, Mapping[str, str]]
    """rôle → identifiant, mot de passe, et `totp` (secret en base 32) pour une personne de la gestion"""


async def preparer(reglages: Reglages, referentiel: Path) -> Instance:
    """Écrit `demo.json` dans le dossier des données. Redémarrer sur le même dossier ne double rien."""
    database, mots_de_passe = Database(reglages.adresse_base), MotsDePasse()
    try:
        await database.ecrire(charger, lire_dossier(referentiel), maintenant())
        await database.ecrire(services_de_demonstration, maintenant())
        empreinte = await mots_de_passe.hacher(MOT_DE_PASSE)
        identifiants = await database.ecrire(comptes_de_demonstration, empreinte, maintenant())
        cle, empreinte = cle_instance(reglages.donnees), await mots_de_passe.hacher(MOT_DE_PASSE_AGENT)
        agents = await database.ecrire(agents_de_demonstration, cle, empreinte, maintenant())
        publie = await Reglements().actif(database)
        ecole = await database.ecrire(
            etablissement_de_demonstration,
            publie.reglement,
            cle=cle,
            agent=empreinte,
            eleve=await mots_de_passe.hacher(MOT_DE_PASSE),
            maintenant=maintenant(),
        )
        await _dossiers(database, reglages, await mots_de_passe.hacher(MOT_DE_PASSE))
        await _correction(database, reglages)
        await database.ecrire(
            annee_passee,
            publie.reglement,
            publie.id,
            empreinte=await mots_de_passe.hacher(MOT_DE_PASSE),
            maintenant=maintenant(),
        )
    except ReferentielInvalide as refus:
        raise Impossible(f"Les données de référence ne se chargent pas : {refus}") from refus
    finally:
        mots_de_passe.fermer()
        await database.fermer()
    comptes = {
        role: {"identifiant": identifiant, "mot_de_passe": MOT_DE_PASSE} for role, identifiant in identifiants.items()
    }
    for role, (identifiant, totp) in (agents | ecole).items():
        comptes[role] = {"identifiant": identifiant, "mot_de_passe": MOT_DE_PASSE_AGENT if totp else MOT_DE_PASSE}
        comptes[role] |= {"totp": totp} if totp else {}
    instance = Instance(reglages.url_publique, comptes)
    contenu = json.dumps({"url": instance.url, "comptes": instance.comptes}, ensure_ascii=False, indent=2)
    (reglages.donnees / "demo.json").write_text(contenu + "\n", encoding="utf-8")
    return instance


async def _dossiers(database: Database, reglages: Reglages, empreinte: str) -> None:
    """Des pièces à contrôler, déposées depuis hier. Les octets d'abord, sur le disque."""
    publie = await Reglements().actif(database)
    for dossier in dossiers_de_demonstration(DOSSIERS, maintenant()):
        if await database.lire(compte_actif, dossier.courriel):
            continue
        fichiers = [
            fichier_d_essai(reglages.donnees, f"document-{rang}.pdf", f"Document d'essai {rang}, {dossier.prenoms}")
            for rang in range(1, PIECES + 1)
        ]
        await database.ecrire(
            inscrire_et_deposer,
            dossier,
            fichiers,
            empreinte_mot_de_passe=empreinte,
            reglement=publie.reglement,
            version_referentiel_id=publie.id,
        )


async def _correction(database: Database, reglages: Reglages) -> None:
    """Un nom coupé, et l'acte qui le montre : au service d'en juger. La preuve d'abord, sur le disque."""
    compte = await database.lire(compte_actif, CORRIGE)
    if compte is None:
        return
    deja = await database.lire(demandes_de, compte.id)
    if deja:
        return
    octets = octets_d_essai("Acte de naissance d'essai : EXEMPLAIRE")
    preuve = Preuve(ranger_preuve(reglages.donnees, compte.id, octets, "pdf"), "acte.pdf", len(octets))
    correction = Correction(ChampCorrigible.NOM_FAMILLE, "EXEMPLAIRE", "Il manque la fin de mon nom.")
    await database.ecrire(demander_correction, compte.id, correction, preuve, valeur="EXEMPLE", maintenant=maintenant())


def en_clair(instance: Instance, reglages: Reglages) -> str:
    lignes = [
        f"Portail d’essai : {instance.url}",
        f"Données : {reglages.donnees} (demo.json, courriels/)",
        *(_ligne(role, compte) for role, compte in instance.comptes.items()),
        "Un code à six chiffres : ajoutez la clé à une application de codes, ou, dans ce dossier,",
        "  .venv/bin/python -c \"import pyotp; print(pyotp.TOTP('LA CLÉ').now())\"",
        "Arrêter : Ctrl-C.",
    ]
    return "\n".join(lignes)


def _ligne(role: str, compte: Mapping[str, str]) -> str:
    cle = f" / clé {compte['totp']}" if "totp" in compte else ""
    return f"{role} : {compte['identifiant']} / {compte['mot_de_passe']}{cle}"
