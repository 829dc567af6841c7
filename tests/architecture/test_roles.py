"""Every service checks the role before anything else, and the table of roles is current."""

import pytest
from role_matrix import FOR_EVERYONE, PAGE, is_refused, page, service_functions

SERVICES = dict(service_functions())


@pytest.mark.parametrize("name", sorted(set(SERVICES) - set(FOR_EVERYONE)))
def test_person_without_a_role_is_refused_first(name):
    assert is_refused(SERVICES[name], frozenset())


def test_exceptions_exist():
    assert set(FOR_EVERYONE) <= set(SERVICES)


def test_table_of_roles_is_current():
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python tests/support/role_matrix.py"
