#!/usr/bin/env bash
# Makes moe-linux-x64.tar.xz: a folder with moe and all that it needs, .NET included, for a Linux x64 machine that has
# neither .NET nor a network, such as a GPU server. There:
#   tar xJf moe-linux-x64.tar.xz && moe-linux-x64/gpu-measure.sh measured
# The machine needs glibc and, to use its GPU, the driver (libcuda.so.1 or libOpenCL.so.1); no CUDA toolkit.
#
# Usage: scripts/publish-gpu.sh [FOLDER], where the archive is to lie; default: artifacts/publish-gpu.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly name=moe-linux-x64
readonly most_bytes=40000000
folder=${1:-artifacts/publish-gpu}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
rm -rf "${folder:?}/$name" "$folder/$name.tar.xz"

# Nothing is trimmed: kernels, actors and the database reflect on code that a trimmer does not see to be used.
dotnet publish src/Host -c Release -r linux-x64 --self-contained -o "$folder/$name" \
  -p:DebugType=none -p:SatelliteResourceLanguages=en
# What only debuggers load.
rm -f "$folder/$name"/{libmscordaccore.so,libmscordbi.so,createdump,*.xml,*.pdb}
# What measures a GPU, in one command.
cp scripts/gpu-measure.sh scripts/gpu-yardstick.py "$folder/$name/"
tar -C "$folder" -cf - "$name" | xz -T0 -9 > "$folder/$name.tar.xz"

bytes=$(stat -c %s "$folder/$name.tar.xz")
echo "$folder/$name.tar.xz: $bytes bytes"
if [ "$bytes" -ge "$most_bytes" ]; then
  echo "It is larger than $most_bytes bytes; see what in $folder/$name could be left out." >&2
  exit 1
fi
