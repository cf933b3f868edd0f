"""What breaks the rules on the nodes."""

from typing import Any

from tests.profiles.build import nested

BREAKS: dict[str, tuple[dict[str, Any], str]] = {
    "PL012": (
        nested("cluster.nodes.count", 2),
        "21000 service (21 x 1000) + 500 database (1 x 500) + 200 backup (2 x 100) + "
        "100 cache (1 x 100) + 50 flagger (1 x 50) + 50 load_tester (1 x 50) + "
        "100 prometheus (1 x 100) = 22000 > 2 nodes x 7500 = 15000 cluster.nodes.cpu_millicores",
    ),
    "PL013": (
        nested("workload.spread", "required") | nested("cluster.nodes.cpu_millicores", 4000),
        "(10 primary + 10 canary + 1 surge) over 6 nodes, 10 old and 1 new: 2 old + 1 new + "
        "2 canary = 5 pods on the fullest > 4 that have room on a node",
    ),
}
