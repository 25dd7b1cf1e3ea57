# Deux commandes suffisent : « make demo » et « make test ». Les commandes qu'elles cachent sont dans README.md.
PYTHON ?= python3
BIN = .venv/bin

.PHONY: demo serve test test-postgresql fautes bench check format executable navigateur propre

demo: .venv/portail
	$(BIN)/python -m app demo

serve: .venv/portail
	$(BIN)/python -m app serve

test: .venv/outils navigateur
	@tests/serveur-postgresql
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

# Les mêmes tests, leurs bases sur un PostgreSQL d'essai. « make test-postgresql TESTS=tests/unit/espace ».
TESTS ?= tests/unit
test-postgresql: .venv/outils
	@tests/serveur-postgresql
	$(BIN)/python -m pytest --postgresql -n 2 --dist loadfile --no-loadscope-reorder $(TESTS)

fautes: .venv/outils
	$(BIN)/python -m pytest -m "long or faute" -s

# Rapports pris dans un même passage, imprimés et écrits dans build/bench.json. « make bench MESURES="debit repos" ».
# La gestion à un million de candidatures ne se mesure que nommée : « make bench MESURES=million » (une demi-heure).
bench: .venv/outils
	$(BIN)/python -m tests.bench $(MESURES)

check: .venv/outils
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/python -m app referentiel verifier

format: .venv/outils
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Le portail en un seul fichier, dist/cyclades, pour les machines du même genre que celle-ci.
executable: .venv/outils
	$(BIN)/python executable/construire.py

# Un navigateur pour les tests : celui de la machine, sinon celui de Playwright, sinon le paquet Debian.
navigateur: .venv/outils
	@tests/navigateur $(BIN)/python

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Il faut Python 3.11 ou plus récent : make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "Le module venv manque : sur Debian ou Ubuntu, installez le paquet python3-venv."; rm -rf .venv; exit 1; }

.venv/portail: requirements.lock | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

.venv/outils: requirements-dev.lock | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@ .venv/portail

propre:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
