"""Les comptes d'agents : l'administrateur invite et change les droits, personne n'élève les siens."""

import re
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from app.comptes.models import RoleCompte
from tests.instance import ADA, AMINE, HENRI, LUCIE, REGINE, PersonneAgent
from tests.unit.client import Navigateur, Page
from tests.unit.gestion.conftest import connecter_l_agent, donner_le_code, entrer, portail
from tests.unit.gestion.test_invitation import agir, cle_montree, reponses
from tests.unit.inscription.conftest import Portail

__all__ = ["portail"]

NADIA = {"courriel": "nadia@exemple.fr", "nom": "NOUVELLE", "prenoms": "Nadia"}


@pytest.fixture
def ada(portail: Portail) -> Navigateur:
    return portail.navigateur(ADA)


def dit(page: Page) -> str:
    return " ".join(page.texte.replace("\xa0", " ").split())


def registre(portail: Portail) -> list[tuple[str, str, str, str]]:
    lignes = portail.lignes("SELECT acteur, nature, objet_id, detail FROM registre ORDER BY id")
    return [(ligne["acteur"], ligne["nature"], ligne["objet_id"], ligne["detail"]) for ligne in lignes]


def mails(portail: Portail, nature: str) -> list[dict[str, str]]:
    return portail.lignes("SELECT destinataire, texte FROM courriel WHERE nature = :n ORDER BY id", n=nature)


def lien(portail: Portail) -> str:
    """Celui de la dernière invitation : encore en boîte, ou déjà parti (son texte est alors effacé de la base)."""
    partis = sorted((portail.donnees / "courriels").glob("*.eml"))
    textes = [
        *(_texte(eml) for eml in partis),
        *(mail["texte"] for mail in mails(portail, "invitation")),
    ]
    trouves = [m[0] for texte in textes for m in re.finditer(r"/gestion/invitation/[\w-]+", texte)]
    return trouves[-1]


def _texte(eml: Path) -> str:
    corps = message_from_bytes(eml.read_bytes(), policy=policy.default).get_body(("plain",))
    assert corps is not None
    return str(corps.get_content())


def inviter(ada: Navigateur, statut: int = 303, **champs: object) -> Page:
    ada.get("/gestion/agents/nouveau")
    valeurs = NADIA | {"role": "gestionnaire", "academies": ["16"]} | champs
    return ada.envoyer(valeurs, statut=statut)  # type: ignore[arg-type]


def test_de_l_invitation_a_l_entree(portail: Portail, ada: Navigateur):
    inviter(ada, academies=["16", "24"])
    assert "L’invitation est partie" in dit(ada.suivre())
    (mail,) = mails(portail, "invitation")
    assert mail["destinataire"] == "nadia@exemple.fr"
    nadia = portail.navigateur(None)
    page = nadia.get(lien(portail))
    nadia.envoyer(reponses(portail, page))
    personne = PersonneAgent(
        "", "nadia@exemple.fr", "", "", RoleCompte.GESTIONNAIRE, ("16", "24"), totp=cle_montree(page)
    )
    portail.horloge.avancer(seconds=60)
    connecter_l_agent(nadia, personne, mot_de_passe="une phrase assez longue")
    donner_le_code(nadia, personne.code(portail.horloge.instant))
    assert "Créteil" in dit(nadia.get("/gestion/services"))
    natures = [(nature, detail) for _, nature, _, detail in registre(portail)]
    assert natures == [
        ("inviter_un_agent", "gestionnaire 16 24"),
        ("accepter_une_invitation", ""),
        ("se_connecter", "code"),
    ]


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"courriel": REGINE.courriel}, "Cette adresse a déjà un compte"),
        ({"courriel": "accrall@exemple.fr"}, "Cette adresse a déjà un compte"),
        ({"courriel": "pas une adresse"}, "Écrivez l’adresse mail sous la forme"),
        ({"nom": ""}, "Renseignez le nom"),
        ({"nom": "x" * 5000}, "Raccourcissez le nom"),
        ({"prenoms": "\x00"}, "un caractère est illisible"),
        ({"role": ""}, "Choisissez la fonction"),
        ({"role": "candidat"}, "Choisissez la fonction dans la liste"),
        ({"role": "etablissement"}, "Choisissez la fonction dans la liste"),
        ({"academies": []}, "Cochez au moins une académie"),
        ({"academies": ["zz"]}, "Choisissez les académies parmi les réponses proposées"),
    ],
)
def test_une_invitation_fautive_dit_quoi_faire(
    portail: Portail, ada: Navigateur, champs: dict[str, object], phrase: str
):
    assert phrase in " ".join(inviter(ada, statut=422, **champs).erreurs)
    assert registre(portail) == []
    assert mails(portail, "invitation") == []


def test_un_administrateur_n_a_pas_d_academie(portail: Portail, ada: Navigateur):
    inviter(ada, role="administrateur", academies=["16"])
    assert registre(portail)[0][3] == "administrateur"


def test_changer_les_droits_ferme_les_sessions_et_previent(portail: Portail, ada: Navigateur):
    regine = portail.navigateur(REGINE)
    regine.get("/gestion/pieces")
    ada.get("/gestion/agents/regine")
    ada.envoyer({"role": "lecteur", "academies": ["24"]}, rang=1)
    assert "Ses droits sont changés" in dit(ada.suivre())
    assert regine.get("/gestion/pieces", statut=303).adresse.startswith("/connexion")
    (mail,) = mails(portail, "droits_changes")
    assert "Votre fonction est maintenant : Lecteur" in mail["texte"]
    assert registre(portail) == [("ada", "changer_les_droits", "regine", "gestionnaire 16 → lecteur 24")]
    rentree = portail.navigateur(REGINE)
    assert rentree.get("/gestion/services/nouveau", statut=404).statut == 404


def test_les_memes_droits_ne_changent_rien(portail: Portail, ada: Navigateur):
    ada.get("/gestion/agents/regine")
    ada.envoyer({}, rang=1)
    assert registre(portail) == []
    assert portail.navigateur(REGINE).get("/gestion").statut == 200


@pytest.mark.parametrize("agent", [REGINE, LUCIE, AMINE], ids=lambda a: a.id)
def test_seul_l_administrateur_touche_aux_comptes(portail: Portail, agent: PersonneAgent):
    navigateur = portail.navigateur(agent)
    navigateur.get("/gestion")
    navigateur.post("/gestion/agents/nouveau", NADIA | {"role": "administrateur"}, statut=404)
    navigateur.post(f"/gestion/agents/{agent.id}/droits", {"role": "administrateur"}, statut=404)
    assert registre(portail) == []


@pytest.mark.parametrize("geste", ["droits", "invitation", "desactivation", "reactivation"])
def test_personne_ne_touche_a_ses_propres_droits(portail: Portail, ada: Navigateur, geste: str):
    ada.get("/gestion/agents/ada")
    champs = {"role": "gestionnaire", "academies.pose": "1", "academies": "16"}
    page = ada.post(f"/gestion/agents/ada/{geste}", champs, statut=422)
    assert "Vous ne changez pas vos propres droits" in dit(page)
    assert registre(portail) == []


def test_deux_administrateurs_ne_se_desactivent_pas_l_un_l_autre(portail: Portail, ada: Navigateur):
    ada.get("/gestion/agents/henri")
    ada.envoyer({"role": "administrateur"}, rang=1)
    henri = portail.navigateur(HENRI)
    henri.get("/gestion/agents/ada")

    def desactiver(qui: tuple[Navigateur, str]) -> int:
        navigateur, cible = qui
        adresse = f"/gestion/agents/{cible}/desactivation"
        donnees = {"jeton_csrf": navigateur.jeton}
        return navigateur.client.post(adresse, data=donnees, follow_redirects=False).status_code

    with ThreadPoolExecutor(2) as fils:
        list(fils.map(desactiver, [(ada, "henri"), (henri, "ada")]))
    restants = portail.lignes(
        "SELECT compte_id FROM agent JOIN compte ON compte.id = compte_id"
        " WHERE role = 'administrateur' AND desactive_le IS NULL"
    )
    assert len(restants) == 1


def test_le_dernier_administrateur_ne_se_desactive_pas_meme_par_la_commande(portail: Portail):
    from app.comptes.agents import Refus, desactiver

    with pytest.raises(Refus, match="dernier administrateur"):
        agir(portail, desactiver, courriel=ADA.courriel, maintenant=portail.horloge.instant)


def test_un_telephone_perdu(portail: Portail, ada: Navigateur):
    regine = portail.navigateur(REGINE)
    regine.get("/gestion")
    ada.get("/gestion/agents/regine")
    ada.envoyer({}, rang=0)
    assert "Un nouveau lien est parti" in dit(ada.suivre())
    assert regine.get("/gestion", statut=303).adresse.startswith("/connexion")
    page = regine.get(lien(portail))
    assert "Ce lien remplace votre mot de passe" in dit(page)
    regine.envoyer(reponses(portail, page))
    assert [nature for _, nature, _, _ in registre(portail)] == ["reinviter_un_agent", "accepter_une_invitation"]


def test_desactiver_puis_rouvrir_par_une_invitation(portail: Portail, ada: Navigateur):
    regine = portail.navigateur(REGINE)
    regine.get("/gestion")
    ada.get("/gestion/agents/regine/desactivation")
    ada.envoyer({})
    assert "Désactivé" in dit(ada.suivre())
    assert regine.get("/gestion", statut=303).adresse.startswith("/connexion")
    connecter_l_agent(portail.navigateur(None), REGINE, statut=422)
    ada.get("/gestion/agents/regine")
    ada.envoyer({})
    assert "rouvert par une nouvelle invitation" in dit(ada.suivre())
    connecter_l_agent(portail.navigateur(None), REGINE, statut=422)
    nouvelle = portail.navigateur(None)
    page = nouvelle.get(lien(portail))
    nouvelle.envoyer(reponses(portail, page))
    assert [nature for _, nature, _, _ in registre(portail) if "connexion" not in nature] == [
        "desactiver_un_agent",
        "reactiver_un_agent",
        "accepter_une_invitation",
    ]


def test_un_agent_inconnu_ou_un_candidat_n_y_est_pas(ada: Navigateur):
    for qui in ("inconnu", "dack"):
        ada.get(f"/gestion/agents/{qui}", statut=404)


def test_une_connexion_refusee_s_ecrit_avec_son_verrou(portail: Portail):
    navigateur = portail.navigateur(None)
    for _ in range(5):
        connecter_l_agent(navigateur, REGINE, mot_de_passe="faux mot de passe", statut=422)
    lignes = registre(portail)
    assert {(acteur, nature) for acteur, nature, _, _ in lignes} == {("regine", "connexion_refusee")}
    details = [detail for *_, detail in lignes]
    assert details[0] == "mot de passe"
    assert details[-1].startswith("mot de passe ; verrou jusqu’à 2026-11-10T13:02:")
    connecter_l_agent(navigateur, REGINE, mot_de_passe="faux mot de passe", statut=429)
    assert len(registre(portail)) == 5, "pendant l'attente, rien ne s'essaie et rien ne s'écrit"


def test_un_candidat_qui_se_trompe_n_est_pas_au_registre(portail: Portail):
    navigateur = portail.navigateur(None)
    navigateur.get("/connexion")
    navigateur.post("/connexion", {"identifiant": "accrall@exemple.fr", "mot_de_passe": "faux"}, statut=422)
    assert registre(portail) == []


def test_les_connexions_et_leurs_codes_s_ecrivent(portail: Portail):
    entrer(portail.navigateur(None), portail.horloge)
    autre = portail.navigateur(None)
    connecter_l_agent(autre)
    donner_le_code(autre, "000000", statut=422)
    donner_le_code(autre, REGINE.secours)
    assert [(nature, detail) for _, nature, _, detail in registre(portail)] == [
        ("se_connecter", "code"),
        ("connexion_refusee", "code"),
        ("se_connecter", "code de secours"),
    ]
