"""The user that a hook names, as the hook's own handlers and graphs read it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

_NAMES = ("identity", "display_name", "is_authenticated", "permissions")


@dataclass(frozen=True, slots=True)
class Principal:
    """A user by attribute and by key (`langgraph_sdk.auth.types.BaseUser`)."""

    fields: Mapping[str, Any]
    """What the hook said of them, with an identity."""

    @classmethod
    def of(cls, given: Any) -> Self:
        """Return the user of what `@auth.authenticate` returned: a text, a mapping or an object.

        Raises TypeError where it names nobody.
        """
        if isinstance(given, str):
            fields: dict[str, Any] = {"identity": given}
        elif isinstance(given, Mapping):
            fields = dict(given)
        else:
            fields = {name: getattr(given, name) for name in _NAMES if hasattr(given, name)}
        if not isinstance(fields.get("identity"), str) or not fields["identity"]:
            raise TypeError(
                f"@auth.authenticate returned {type(given).__name__} without an identity; return "
                "a text, or something with `identity`"
            )
        defaults = {
            "display_name": fields["identity"],
            "is_authenticated": True,
            "permissions": [],
        }
        return cls({**defaults, **fields})

    @property
    def identity(self) -> str:
        """Return the name that tells them from all others."""
        return str(self.fields["identity"])

    @property
    def display_name(self) -> str:
        """Return the name to show."""
        return str(self.fields["display_name"])

    @property
    def is_authenticated(self) -> bool:
        """Return whether the hook knows them."""
        return bool(self.fields["is_authenticated"])

    @property
    def permissions(self) -> Sequence[str]:
        """Return what the hook lets them do, in its own words."""
        return [str(each) for each in self.fields["permissions"]]

    def __getattr__(self, name: str) -> Any:
        """Return something else that the hook said."""
        try:
            return self.fields[name]
        except KeyError:
            raise AttributeError(f"the hook said no {name!r} of this user") from None

    def __getitem__(self, key: str) -> Any:
        """Return what the hook said."""
        return self.fields[key]

    def __contains__(self, key: object) -> bool:
        """Tell whether the hook said it."""
        return key in self.fields

    def __iter__(self) -> Iterator[str]:
        """Return the names of all that the hook said."""
        return iter(self.fields)
