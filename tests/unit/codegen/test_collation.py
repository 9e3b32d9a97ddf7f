from schemactl.codegen.collation import key


def test_names_are_in_the_order_of_localecompare():
    names = ["_a", "-a", "a", "á", "Á", "a_", "a_1", 'a"b', "a1", "A1", "a2", "b", "B", "c d", "cd", "straße", "z$"]
    assert sorted(set(names), key=key) == names
