// Ce que htmx ne fait pas seul : le foyer après un échange, les pannes dites, le brouillon, le double envoi.
// Servi à la suite de htmx, dans le même fichier ; sans eux toutes les pages marchent. ES2017, aucun code évalué.
(() => {
  "use strict";
  // Rien d'évalué, rien d'hérité en silence, et aucune page gardée par le navigateur : elles sont personnelles.
  Object.assign(htmx.config, {
    allowEval: false,
    allowScriptTags: false,
    includeIndicatorStyles: false,
    selfRequestsOnly: true,
    disableInheritance: true,
    historyCacheSize: 0,
    refreshOnHistoryMiss: true,
    timeout: 20000,
    attributesToSettle: ["class"],
    defaultSettleDelay: 0, // ce qui arrive sert tout de suite : htmx, sinon, ne l’écoute que 20 ms après
    responseHandling: [
      { code: "204", swap: false },
      { code: "[23]..", swap: true },
      { code: "422", swap: true },
      { code: "[45]..", swap: false, error: true },
    ],
  });
  const ATTENTE_BROUILLON = 400;
  const DUREE_ENVOI = 20000;
  const minuteries = new WeakMap();
  document.documentElement.classList.add("js");
  const un = (selecteur, racine) => (racine || document).querySelector(selecteur);

  // Le foyer : sur le résumé d'erreurs s'il y en a un, sinon sur le titre d'une page remplacée en entier.
  const viser = (element) => {
    if (!element) return;
    if (!element.hasAttribute("tabindex")) element.setAttribute("tabindex", "-1");
    element.focus();
    if (element.tagName === "H1") window.scrollTo(0, 0);
  };

  document.addEventListener("htmx:afterSettle", (e) => {
    const requete = e.detail.requestConfig || {};
    const geste = requete.triggeringEvent && requete.triggeringEvent.type;
    const cible = e.detail.target;
    if (!cible || (geste !== "submit" && geste !== "click")) return;
    const resume = un("#resume-erreurs");
    if (resume) viser(resume);
    else if (cible.tagName === "BODY" || cible.tagName === "MAIN") viser(un("h1"));
  });

  // Les pannes : la page reste telle quelle, et le dit.
  const alerter = (titre, texte, action) => {
    const zone = un("#alerte");
    if (!zone) return;
    zone.textContent = "";
    if (!titre) return;
    const message = document.createElement("div");
    message.className = "message message-erreur";
    const ajouter = (nom, contenu) => {
      const element = document.createElement(nom);
      element.append(contenu);
      message.append(element);
    };
    ajouter("h2", titre);
    if (texte) ajouter("p", texte);
    ajouter("p", "Vos réponses sont toujours à l’écran.");
    if (action) ajouter("p", action);
    zone.append(message);
    zone.scrollIntoView({ block: "nearest" });
  };

  const lien = (modele) => {
    const copie = document.createElement("a");
    copie.className = "bouton second petit";
    copie.href = modele.getAttribute("href");
    copie.textContent = modele.textContent;
    return copie;
  };

  const reessayer = (detail) => {
    const bouton = document.createElement("button");
    bouton.type = "button";
    bouton.className = "bouton second petit";
    bouton.textContent = "Réessayer";
    bouton.addEventListener("click", () => {
      const requete = detail.requestConfig;
      const evenement = requete.triggeringEvent;
      const envoyeur = evenement && evenement.submitter;
      alerter();
      if (envoyeur && envoyeur.isConnected) envoyeur.click();
      else if (requete.elt.hasAttribute("data-brouillon")) garder(requete.elt);
      else htmx.trigger(requete.elt, evenement ? evenement.type : "submit");
    });
    return bouton;
  };

  const coupure = (e) => {
    alerter("Le portail ne répond pas", "Vérifiez votre connexion.", reessayer(e.detail));
  };
  document.addEventListener("htmx:sendError", coupure);
  document.addEventListener("htmx:timeout", coupure);
  document.addEventListener("htmx:responseError", (e) => {
    const page = new DOMParser().parseFromString(e.detail.xhr.responseText, "text/html");
    const titre = un("h1", page);
    const texte = un(".chapeau", page);
    const ailleurs = e.detail.xhr.status === 401 && un("a.bouton", page);
    alerter(
      titre ? titre.textContent : "Le portail a rencontré une anomalie",
      texte ? texte.textContent : "",
      ailleurs ? lien(ailleurs) : reessayer(e.detail)
    );
  });
  document.addEventListener("htmx:afterRequest", (e) => {
    if (e.detail.successful) alerter();
  });

  // Le brouillon : <form data-brouillon="adresse"> est envoyé à chaque changement, sans rien remplacer
  // que ce que la réponse place elle-même (la phrase d'état). htmx met en file ce qui part d'un même formulaire.
  const garder = (formulaire) => {
    htmx.ajax("POST", formulaire.getAttribute("data-brouillon"), {
      source: formulaire,
      swap: "none",
      values: { intention: "brouillon" },
    }).catch(() => {});
  };

  const brouillonDe = (champ) => {
    const formulaire = champ.form;
    return formulaire && formulaire.hasAttribute("data-brouillon") && champ.type !== "file" ? formulaire : null;
  };

  document.addEventListener("change", (e) => {
    const formulaire = brouillonDe(e.target);
    if (!formulaire) return;
    const porteur = e.target.closest("[hx-post]:not([hx-trigger=deplier])");
    if (porteur && porteur !== formulaire) return;
    clearTimeout(minuteries.get(formulaire));
    minuteries.set(formulaire, setTimeout(() => {
      if (formulaire.isConnected && !formulaire.hasAttribute("aria-busy")) garder(formulaire);
    }, ATTENTE_BROUILLON));
  });

  // « Autre pays : voir la liste… » : la dernière ligne d'une liste repliée la déplie, par l'envoi que la liste porte.
  document.addEventListener("change", (e) => {
    if (e.target.value === "autres") htmx.trigger(e.target, "deplier");
  });

  // La dernière frappe : ce qui est tapé pendant qu'une réponse arrive survit à l'échange, et ce qui n'est pas
  // encore parti quand on quitte la page part avec elle.
  const frappes = new Map();
  let aGarder = null;
  document.addEventListener("input", (e) => {
    const formulaire = brouillonDe(e.target);
    if (!formulaire) return;
    aGarder = formulaire;
    if (e.target.id && e.target.type !== "checkbox" && e.target.type !== "radio") frappes.set(e.target.id, e.target.value);
  });
  const partir = () => {
    if (!aGarder || !aGarder.isConnected || aGarder.hasAttribute("aria-busy")) return;
    const donnees = new URLSearchParams(new FormData(aGarder));
    donnees.set("intention", "brouillon");
    fetch(aGarder.getAttribute("data-brouillon"), { method: "POST", body: donnees, keepalive: true }).catch(() => {});
    aGarder = null;
  };
  window.addEventListener("pagehide", partir);
  document.addEventListener("htmx:beforeRequest", (e) => {
    const { elt, verb } = e.detail.requestConfig;
    if (verb !== "get") {
      frappes.clear();
      aGarder = null;
    } else if (!elt.form && elt.hasAttribute("hx-push-url")) partir();
  });
  document.addEventListener("htmx:afterSwap", () => {
    frappes.forEach((valeur, id) => {
      const champ = document.getElementById(id);
      if (champ && brouillonDe(champ)) champ.value = valeur;
    });
  });

  // Le double envoi : un formulaire parti ne repart pas. Les boutons ne sont pas désactivés : leur nom et leur
  // valeur partent, et le foyer reste où il est.
  const liberer = (formulaire) => formulaire.removeAttribute("aria-busy");

  document.addEventListener("submit", (e) => {
    const formulaire = e.target;
    if (formulaire.hasAttribute("aria-busy")) {
      e.preventDefault();
      e.stopImmediatePropagation();
      return;
    }
    clearTimeout(minuteries.get(formulaire));
    aGarder = null;
    if (formulaire.method !== "post") return;
    formulaire.setAttribute("aria-busy", "true");
    setTimeout(() => liberer(formulaire), DUREE_ENVOI);
  }, true);
  document.addEventListener("htmx:afterRequest", (e) => {
    const requete = e.detail.requestConfig;
    if (requete && requete.elt.tagName === "FORM" && requete.triggeringEvent) liberer(requete.elt);
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form[aria-busy]").forEach(liberer));

  viser(un("#resume-erreurs"));
})();
