#!/bin/bash
# Prints the manifest of each backup on a line, oldest first.
set -euo pipefail
. "${0%/*}/names.sh"

for name in $(backups_in "$BACKUPS"); do
    cat "$BACKUPS/$name/manifest.json"
done
