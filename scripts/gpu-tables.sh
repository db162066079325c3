#!/usr/bin/env bash
# Writes the tables of GPUs in docs/results.md from a folder of scripts/gpu-measure.sh: what stands between the marks
# <!-- gpu:begin --> and <!-- gpu:end --> is replaced, so that a second time changes nothing. Needs the .NET SDK.
#
# Usage: scripts/gpu-tables.sh FOLDER [DOCUMENT]; the document is docs/results.md by default.
set -euo pipefail

if [ $# -lt 1 ] || [ $# -gt 2 ] || [ ! -d "$1" ]; then
  echo "Usage: $0 FOLDER [DOCUMENT], where FOLDER is what gpu-measure.sh wrote." >&2
  exit 2
fi
folder=$(cd "$1" && pwd)
document=$(realpath "${2:-$(dirname "$0")/../docs/results.md}")
cd "$(dirname "$0")/.."
dotnet run -c Release --project tests/Benchmarks -- gpu-tables "$folder" "$document"
