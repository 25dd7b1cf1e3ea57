from tests.unit.inscription.conftest import portail

__all__ = ["portail"]
