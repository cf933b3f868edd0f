"""What differs between two objects."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from plumb.engine.difference import changes, differences
from plumb.engine.plan import FieldChange

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=10,
)


def body(**parts: Any) -> dict[str, Any]:
    """Return an object with these parts."""
    return {"kind": "Thing", "metadata": {"name": "x"}} | parts


@given(_JSON)
def test_nothing_differs_from_itself(value: Any) -> None:
    """An unchanged value gives no change, whatever it is made of."""
    assert not list(differences(value, value))


def test_a_field_that_comes_goes_or_changes_is_named_by_its_path() -> None:
    """Before and after are null where the field is not there."""
    found = differences({"a": 1, "b": {"c": 2}}, {"a": 3, "d": 4})
    assert set(found) == {
        FieldChange("a", 1, 3),
        FieldChange("b.c", 2, None),
        FieldChange("d", None, 4),
    }


def test_an_element_added_in_front_does_not_shift_the_others() -> None:
    """Elements of a list are told apart by what Kubernetes merges them by."""
    found = differences([{"name": "b", "value": 1}], [{"name": "a"}, {"name": "b", "value": 2}])
    assert list(found) == [FieldChange("[0].name", None, "a"), FieldChange("[1].value", 1, 2)]


def test_an_element_that_goes_has_the_place_that_it_had() -> None:
    """Its index is the old list's."""
    found = differences([{"name": "a"}, {"name": "b"}], [{"name": "b"}])
    assert list(found) == [FieldChange("[0].name", "a", None)]


def test_plain_elements_are_compared_in_order() -> None:
    """Arguments of a command have no names."""
    assert list(differences(["-c", "x"], ["-c", "y", "z"])) == [
        FieldChange("[1]", "x", "y"),
        FieldChange("[2]", None, "z"),
    ]


def test_a_key_with_a_dot_is_in_brackets() -> None:
    """The path of a file in a ConfigMap, or of an annotation, can be read in one way only."""
    found = differences({"data": {"service.json": "a"}}, {"data": {"service.json": "b"}})
    assert list(found) == [FieldChange('data["service.json"]', "a", "b")]


def test_what_only_the_server_writes_is_no_change() -> None:
    """Revision, generation, status and managed fields follow from other changes."""
    before = body(status={"ready": 1})
    metadata = {"name": "x", "resourceVersion": "2", "generation": 3, "uid": "u"}
    after = body(status={"ready": 0}, metadata=metadata | {"managedFields": []})
    assert not changes(before, after)


def test_a_label_is_a_change() -> None:
    """What people write in the metadata is compared."""
    after = body(metadata={"name": "x", "labels": {"app": "y"}})
    assert changes(body(), after) == (FieldChange("metadata.labels.app", None, "y"),)
