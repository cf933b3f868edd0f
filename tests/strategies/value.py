"""Values that many sections have."""

from typing import Any

from hypothesis import strategies as st

NAME = st.from_regex(r"[a-z]([-a-z0-9]{0,20}[a-z0-9])?", fullmatch=True)
CIDRS = st.lists(
    st.sampled_from(["0.0.0.0/0", "203.0.113.0/24", "198.51.100.0/25", "10.1.0.0/16"]), unique=True
)
PROVISION = st.sampled_from(["managed", "existing", "none"])


def resources(*, least_mib: int = 512, memory_shares: int = 4) -> st.SearchStrategy[dict[str, Any]]:
    """Return requests within limits, of memory down to a part of it; one of CPU may be null."""

    def build(cpu: int, memory: int, cpu_share: int | None, memory_share: int) -> dict[str, Any]:
        return {
            "cpu_limit_millicores": cpu,
            "cpu_request_millicores": cpu_share and max(10, cpu // cpu_share),
            "memory_limit_mib": memory,
            "memory_request_mib": memory // memory_share,
        }

    shares = st.integers(1, 4)
    return st.builds(
        build,
        st.integers(10, 4000),
        st.integers(least_mib, 8192),
        st.none() | shares,
        st.integers(1, memory_shares),
    )
