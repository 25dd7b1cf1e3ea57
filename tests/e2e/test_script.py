"""static/js/portail.js dans un vrai navigateur : le foyer, les pannes dites, le brouillon, le double envoi."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvicorn
from litestar import Response, get, post
from litestar.exceptions import NotAuthorizedException
from playwright.sync_api import Browser, BrowserContext, Page, expect

from app.settings import Reglages
from app.web.forms import Formulaire, TexteCourt
from app.web.pages import AnyRequest, rediriger, render
from tests.unit.web.jouet import Indisponible, portail

pytestmark = pytest.mark.avec_js
PANNES: dict[str, Exception] = {"occupe": Indisponible(), "expiree": NotAuthorizedException(), "panne": RuntimeError()}


@dataclass
class Script:
    """Une page à un champ, ce qu'elle a reçu, et la panne que le test veut voir."""

    recus: list[dict[str, Any]] = field(default_factory=list)
    arrive: threading.Event = field(default_factory=threading.Event)
    panne: str = ""
    attente: float = 0

    def routes(self) -> list[Any]:
        @get("/script")
        async def lire(request: AnyRequest) -> Response[str]:
            return self._rendre(request, None)

        @post("/script", status_code=200)
        async def envoyer(request: AnyRequest) -> Response[Any]:
            if self.panne:
                raise PANNES[self.panne]
            recu = await request.form()
            self.recus.append(dict(recu))
            self.arrive.set()
            await asyncio.sleep(self.attente)
            if recu.get("intention") == "brouillon":
                return self._rendre(request, recu, bloc="rien", aussi=("phrase",))
            if not (formulaire := self._formulaire(recu)).valide():
                return self._rendre(request, recu, statut=422, formulaire=formulaire)
            return rediriger("/script/suite")

        @get("/script/suite")
        async def suite(request: AnyRequest) -> Response[str]:
            return self._rendre(request, None, titre="Suite")

        return [lire, envoyer, suite]

    def intentions(self) -> list[str]:
        return [str(recu.get("intention")) for recu in self.recus]

    def _formulaire(self, recu: Any) -> Formulaire:
        return Formulaire({"nom": TexteCourt("Nom", sujet="le nom", requis=True, autocomplete="off")}, recu)

    def _rendre(
        self,
        request: AnyRequest,
        recu: Any,
        *,
        statut: int = 200,
        bloc: str = "contenu",
        aussi: tuple[str, ...] = (),
        titre: str = "Script",
        formulaire: Formulaire | None = None,
    ) -> Response[str]:
        contexte = {
            "formulaire": formulaire or self._formulaire(recu),
            "titre": titre,
            "gardes": self.intentions().count("brouillon"),
            "avec_htmx": True,
        }
        return render(request, "script.html", contexte, statut=statut, bloc=bloc, aussi=aussi)


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
def contexte(chromium: Browser, script: Script) -> Iterator[BrowserContext]:
    prise = socket.create_server(("127.0.0.1", 0), backlog=128)
    adresse = f"http://127.0.0.1:{prise.getsockname()[1]}"
    app = portail(Reglages(url_publique=adresse), routes=script.routes())
    serveur = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=2))
    fil = threading.Thread(target=serveur.run, kwargs={"sockets": [prise]})
    fil.start()
    contexte = chromium.new_context(base_url=adresse)
    contexte.set_default_timeout(10_000)
    yield contexte
    contexte.close()
    serveur.should_exit = True
    fil.join(20)
    prise.close()
    assert not fil.is_alive()


@pytest.fixture
def page(contexte: BrowserContext) -> Page:
    page = contexte.new_page()
    page.goto("/script")
    return page


def test_apres_une_erreur_le_foyer_est_sur_le_resume_et_le_titre_le_dit(page: Page):
    page.get_by_role("button", name="Suivant").click()
    expect(page.locator("#resume-erreurs")).to_be_focused()
    expect(page).to_have_title("Erreur\xa0: Script - Cyclades")
    page.get_by_role("link", name="Renseignez le nom").click()
    expect(page.get_by_label("Nom")).to_be_focused()


def test_apres_un_changement_d_onglet_le_foyer_est_sur_le_titre_et_le_retour_marche(page: Page):
    page.get_by_label("Nom").fill("ACCRALL")
    page.get_by_role("button", name="Suivant").click()
    expect(page.get_by_role("heading", name="Suite")).to_be_focused()
    expect(page).to_have_title("Suite - Cyclades")
    expect(page).to_have_url("/script/suite")
    page.go_back()
    expect(page.get_by_role("heading", name="Script")).to_be_visible()


def test_chaque_changement_garde_le_brouillon_sans_bouger_le_foyer(page: Page, script: Script):
    page.get_by_label("Nom").fill("ACCRALL")
    page.get_by_label("Nom").press("Tab")
    expect(page.locator("#etat")).to_have_text("Gardé 1 fois.")
    expect(page.get_by_role("button", name="Suivant")).to_be_focused()
    expect(page.get_by_label("Nom")).to_have_value("ACCRALL")
    assert [(r["intention"], r["nom"]) for r in script.recus] == [("brouillon", "ACCRALL")]


def test_la_derniere_frappe_part_avec_la_page(page: Page, script: Script):
    """Aucun « change » n'a eu lieu : le champ avait encore le foyer."""
    page.get_by_label("Nom").press_sequentially("ACCRALL")
    page.goto("/script/suite")
    assert script.arrive.wait(5)
    assert [(r["intention"], r["nom"]) for r in script.recus] == [("brouillon", "ACCRALL")]


def test_quitter_une_page_intacte_n_envoie_rien(page: Page, script: Script):
    page.goto("/script/suite")
    page.goto("/script")
    assert script.recus == []


def test_une_frappe_pendant_l_echange_lui_survit(page: Page, script: Script):
    script.attente = 0.6
    page.get_by_label("Nom").fill("ACC")
    with page.expect_response("**/script") as reponse:
        page.evaluate(
            "void htmx.ajax('POST', '/script',"
            " {source: 'form[data-brouillon]', target: '#contenu', values: {intention: 'suivant', nom: ''}})"
        )
        page.get_by_label("Nom").press_sequentially("RALL")
    assert reponse.value.status == 422
    expect(page.locator("#resume-erreurs")).to_be_visible()
    expect(page.get_by_label("Nom")).to_have_value("ACCRALL")


def test_un_double_clic_n_envoie_qu_une_fois_avec_la_valeur_du_bouton(page: Page, script: Script):
    script.attente = 0.3
    page.get_by_label("Nom").fill("ACCRALL")
    page.get_by_role("button", name="Suivant").dblclick()
    expect(page.get_by_role("heading", name="Suite")).to_be_visible()
    assert script.intentions() == ["suivant"]


def test_un_brouillon_en_route_n_avale_pas_l_envoi(page: Page, script: Script):
    """htmx met en file les requêtes d'un même formulaire : l'envoi attend le brouillon, il ne le remplace pas."""
    script.attente = 0.6
    page.get_by_label("Nom").fill("ACCRALL")
    with page.expect_request("**/script"):
        page.get_by_label("Nom").press("Tab")
    page.get_by_role("button", name="Suivant").click()
    expect(page.get_by_role("heading", name="Suite")).to_be_visible()
    assert script.intentions() == ["brouillon", "suivant"]


@pytest.mark.parametrize(
    ("panne", "titre"),
    [
        ("occupe", "Le portail est momentanément occupé"),
        ("panne", "Le portail a rencontré une anomalie"),
    ],
)
def test_une_panne_se_dit_garde_la_saisie_et_se_reessaie(page: Page, script: Script, panne: str, titre: str):
    script.panne = panne
    page.get_by_label("Nom").fill("ACCRALL")
    page.get_by_role("button", name="Suivant").click()
    alerte = page.get_by_role("alert")
    expect(alerte).to_contain_text(titre)
    expect(alerte).to_contain_text("Vos réponses sont toujours à l’écran.")
    expect(page.get_by_label("Nom")).to_have_value("ACCRALL")
    script.panne = ""
    alerte.get_by_role("button", name="Réessayer").click()
    expect(page.get_by_role("heading", name="Suite")).to_be_visible()
    expect(alerte).to_be_empty()
    assert script.intentions() == ["suivant"]


def test_une_coupure_du_reseau_se_dit_et_se_reessaie(contexte: BrowserContext, page: Page, script: Script):
    page.get_by_label("Nom").fill("ACCRALL")
    contexte.set_offline(True)
    page.get_by_role("button", name="Suivant").click()
    expect(page.get_by_role("alert")).to_contain_text("Vérifiez votre connexion.")
    contexte.set_offline(False)
    page.get_by_role("button", name="Réessayer").click()
    expect(page.get_by_role("heading", name="Suite")).to_be_visible()
    assert script.recus[0]["nom"] == "ACCRALL"


def test_une_session_expiree_donne_le_chemin_de_la_connexion(page: Page, script: Script):
    script.panne = "expiree"
    page.get_by_label("Nom").fill("ACCRALL")
    page.get_by_role("button", name="Suivant").click()
    lien = page.get_by_role("alert").get_by_role("link", name="Me connecter")
    expect(lien).to_have_attribute("href", "/connexion")
    expect(page.get_by_label("Nom")).to_have_value("ACCRALL")


def test_le_bouton_des_navigateurs_sans_script_disparait_avec_lui(page: Page):
    expect(page.get_by_text("Mettre à jour la page")).to_be_hidden()


def test_rien_ne_heurte_la_politique_de_securite(contexte: BrowserContext):
    page = contexte.new_page()
    fautes: list[str] = []
    page.on("console", lambda message: fautes.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda erreur: fautes.append(str(erreur)))
    page.goto("/script")
    page.get_by_label("Nom").fill("ACCRALL")
    page.get_by_role("button", name="Suivant").click()
    expect(page.get_by_role("heading", name="Suite")).to_be_visible()
    assert not fautes
