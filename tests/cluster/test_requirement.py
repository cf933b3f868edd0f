"""What a machine must have for a cluster."""

import pytest

from plumb.local.error import UnsupportedError
from plumb.local.requirement import check_watches


def test_a_cluster_that_would_run_out_of_watches_is_refused_before_it_starts() -> None:
    """The daemons themselves only say `too many open files`, long after."""
    check_watches(1, used=108, limit=128)
    with pytest.raises(UnsupportedError, match=r"needs 20 .* 109 of the 128 .*=256$"):
        check_watches(1, used=109, limit=128)
    with pytest.raises(UnsupportedError, match="a cluster of 3 nodes needs 36"):
        check_watches(3, used=108, limit=128)


def test_what_is_in_use_is_counted() -> None:
    """On this machine there is some, and room for none at all is too little."""
    with pytest.raises(UnsupportedError, match="of the 0 that"):
        check_watches(1, limit=0)
