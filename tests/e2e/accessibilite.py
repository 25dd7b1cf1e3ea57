"""axe sur la page telle qu'elle est, au téléphone et au large, et rien qui déborde à 320 px."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

from tests.e2e.pages.visite import Visite

ECRANS: tuple[ViewportSize, ...] = ({"width": 360, "height": 740}, {"width": 1280, "height": 900})
ETROIT: ViewportSize = {"width": 320, "height": 640}
AXE = Axe()


def verifier_l_acces(visite: Visite, ou: str) -> None:
    """Sans script, même HTML et même feuille de style : le téléphone suffit. axe prend une seconde de processeur."""
    if visite.js:
        visite.au_repos()
        _verifier(visite.page, ou, ECRANS)
        return
    with relue_sans_script(visite) as page:
        _verifier(page, ou, ECRANS[:1])


@contextmanager
def relue_sans_script(visite: Visite) -> Iterator[Page]:
    """axe est un script : la page rendue sans JavaScript est relue, sans les siens, là où il peut tourner."""
    visite.page.locator("h1").first.wait_for()  # une page vide entre deux adresses ne se juge pas
    html = re.sub(r"<script\b.*?</script>", "", visite.page.content(), flags=re.DOTALL)
    html = html.replace("<noscript>", "<div>").replace("</noscript>", "</div>")
    navigateur = visite.page.context.browser
    assert navigateur is not None
    contexte = navigateur.new_context(base_url=visite.serveur.adresse, locale="fr-FR")
    page = contexte.new_page()
    page.route(visite.page.url, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    page.goto(visite.page.url)
    yield page
    contexte.close()


def _verifier(page: Page, ou: str, ecrans: tuple[ViewportSize, ...]) -> None:
    for ecran in ecrans:
        page.set_viewport_size(ecran)
        resultats = AXE.run(page)
        assert resultats.violations_count == 0, f"{ou}, {ecran['width']} px\n{resultats.generate_report()}"
    page.set_viewport_size(ETROIT)
    largeur = page.evaluate("document.documentElement.scrollWidth")
    assert largeur <= ETROIT["width"], f"{ou} déborde à 320 px : {largeur} px"
