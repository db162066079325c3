#!/usr/bin/env bash
# Measures what a GPU does for moe, in at most 8 minutes, on a Linux machine that needs neither .NET nor a network:
# the self-test, `bench compute` for 8 to 1,024 experts, whole streams on the GPU and on the CPU in turns, and PyTorch on
# the same GPU where python3 has it. Every answer is a JSON file of one folder. Each step has a limit of its own; one that
# fails or takes too long leaves the others as they are. Then, where the repository is: scripts/gpu-tables.sh FOLDER.
#
# Usage: gpu-measure.sh [OPTION...] FOLDER
#   FOLDER          takes the results; it is made, and must not hold any yet
#   --moe FOLDER    where the published moe lies (scripts/publish-gpu.sh); default: where this script lies
#   --data FOLDER   its *.csv.gz are streams, too, their last column the class; default: generators alone
#   --device NAME   the device, such as cuda:0 or opencl:0; default: the first GPU
#   --seconds N     limit of the whole, 60 to 480; default: 480
#   --experts LIST  sizes of the pools of the bench; default: 8,16,32,64,128,256,512,1024
#   --batch N       rows per batch of the bench; default: 4096
#   --rows N        rows of each generator; default: 50000
#   --kind KIND     the one kind of kernel to self-test; default: all
#   --pool SPEC     the shared experts of every stream, a list as in moe.pool.shared; default: the usual pool
#
# Exit codes: 0 all steps are done and the self-test holds, 1 something failed or was cut short (the rest can be used), 2 the
# options are wrong or there is no GPU.
set -uo pipefail

here=$(cd "$(dirname "$0")" && pwd)
moe_folder=$here data='' device='' limit=480 experts=8,16,32,64,128,256,512,1024 batch=4096 rows=50000 kind='' pool='' folder=''

refuse() {
  echo "$1" >&2
  exit 2
}

whole_number() { # OPTION VALUE LEAST MOST
  if ! [[ $2 =~ ^[1-9][0-9]{0,8}$ ]] || [ "$2" -lt "$3" ] || [ "$2" -gt "$4" ]; then
    refuse "$1 is '$2'; it must be a whole number from $3 to $4."
  fi
}

while [ $# -gt 0 ]; do
  case $1 in
    --moe | --data | --device | --seconds | --experts | --batch | --rows | --kind | --pool)
      [ $# -ge 2 ] || refuse "$1 needs a value."
      case $1 in
        --moe) moe_folder=$2 ;;
        --data) data=$2 ;;
        --device) device=$2 ;;
        --seconds) limit=$2 ;;
        --experts) experts=$2 ;;
        --batch) batch=$2 ;;
        --rows) rows=$2 ;;
        --kind) kind=$2 ;;
        --pool) pool=$2 ;;
      esac
      shift 2
      ;;
    -h | --help)
      sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$0"
      exit 0
      ;;
    -*) refuse "$1 is not an option; '$0 --help' shows those there are." ;;
    *)
      [ -z "$folder" ] || refuse "One folder takes the results; two are given, '$folder' and '$1'."
      folder=$1
      shift
      ;;
  esac
done

[ -n "$folder" ] || refuse "Give the folder that takes the results: $0 [OPTION...] FOLDER."
whole_number --seconds "$limit" 60 480
whole_number --batch "$batch" 1 65536
whole_number --rows "$rows" 1 100000000
moe=$moe_folder/moe
[ -x "$moe" ] || refuse "There is no moe in '$moe_folder'; give the folder of scripts/publish-gpu.sh with --moe."
[ -z "$data" ] || [ -d "$data" ] || refuse "--data '$data' is not a folder."
mkdir -p "$folder" || refuse "The folder '$folder' cannot be made."
[ ! -e "$folder/steps.json" ] || refuse "'$folder' holds results already; give another folder."

# A machine without ICU has no cultures, and moe needs none.
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
# Several GPUs are numbered by CUDA as nvidia-smi numbers them, so that the clocks are those of the one that is measured.
export CUDA_DEVICE_ORDER=PCI_BUS_ID
log=$folder/log.txt
steps=()
declare -A took_of=()
failed=0
SECONDS=0

text() { # a JSON string of what is on standard input, its line breaks as blanks
  tr -s '\n\r\t' ' ' | tr -d '\000-\037' | sed -e 's/ *$//' -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/"/' -e 's/$/"/' | grep . ||
    echo '""'
}

left() { echo $((limit - 8 - SECONDS)); } # what a step may still take; the rest is for stopping it and the summary

# Runs a command with its standard output in a file that is only there once it is whole. Nothing after it depends on it.
step() { # NAME SECONDS COMMAND...
  local name=$1 most=$2 start=$SECONDS code=0 outcome
  shift 2
  [ "$most" -le "$(left)" ] || most=$(left)
  if [ "$most" -lt 2 ]; then
    code=124
  else
    echo "== $name: $*" >> "$log"
    timeout -k 3 "$most" "$@" > "$folder/.part" 2>> "$log" < /dev/null || code=$?
    # what ends by itself after a signal has still said what it has
    if [ -s "$folder/.part" ]; then mv "$folder/.part" "$folder/$name.json"; else rm -f "$folder/.part"; fi
  fi
  local took=$((SECONDS - start))
  took_of[$name]=$took
  case $code in
    0) outcome='done' ;;
    124 | 137) outcome='cut short' ;;
    *) outcome=failed ;;
  esac
  [ "$code" -eq 0 ] || failed=1
  steps+=("{\"name\":\"$name\",\"outcome\":\"$outcome\",\"exitCode\":$code,\"seconds\":$took,\"limitSeconds\":$most}")
  printf '%-40s %-10s %4d s\n' "$name" "$outcome" "$took"
  return "$code"
}

readonly clock_fields=clocks.sm,clocks.mem,temperature.gpu,power.draw

facts() {
  local fields='' values=''
  if command -v nvidia-smi > /dev/null; then
    fields=name,driver_version,memory.total,power.limit,clocks.max.sm,clocks.max.mem
    values=$(timeout 5 "${smi[@]}" --query-gpu=$fields 2>> "$log")
  fi
  printf '{"version":%s,"device":"%s","processor":%s,"threads":%d,"memoryKiB":%d,"pool":%s,"gpuFields":"%s","gpu":%s}\n' \
    "$(timeout 5 "$moe" --version 2>> "$log" | text)" "$device" \
    "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1 | text)" "$(nproc)" \
    "$(sed -n 's/^MemTotal: *\([0-9]*\).*/\1/p' /proc/meminfo)" "$(text <<< "$pool")" "$fields" "$(text <<< "$values")"
}

# The GPU's clocks every two seconds until the end: whether it was held back is seen in them.
watch_clocks() {
  command -v nvidia-smi > /dev/null || return 0
  "${smi[@]}" --query-gpu=$clock_fields --loop=2 > "$folder/.clocks" 2>> "$log" &
  watcher=$!
  trap 'kill "$watcher" 2> /dev/null' EXIT
}

end_clocks() {
  [ -e "$folder/.clocks" ] || return 0
  kill "$watcher" 2> /dev/null
  wait "$watcher" 2> /dev/null
  trap - EXIT
  printf '{"fields":"%s","values":[%s]}\n' $clock_fields \
    "$(grep -v '["\\]' "$folder/.clocks" | sed -e 's/.*/"&"/' | paste -sd, -)" > "$folder/clocks.json"
  rm -f "$folder/.clocks"
}

# Where a device is not named, the first GPU that moe finds.
step devices 30 "$moe" devices --json --set moe.compute.device=cpu || true
if [ -z "$device" ] && [ -e "$folder/devices.json" ]; then
  device=$(tr '{' '\n' < "$folder/devices.json" | grep '"isGpu":true' | sed -n '1s/.*"name":"\([a-z]*:[0-9]*\)".*/\1/p')
fi
if [ -z "$device" ]; then
  reasons=$(grep -o '"missing":\[[^]]*\]' "$folder/devices.json" 2> /dev/null)
  refuse "moe finds no GPU here (${reasons:-see $log}); to try another device, name it with --device."
fi
smi=(nvidia-smi '--format=csv,noheader')
[[ $device != cuda:* ]] || smi+=("--id=${device#cuda:}")
facts > "$folder/facts.json"
watch_clocks

# shellcheck disable=SC2086 # an empty kind is no argument at all
step selftest 80 "$moe" selftest --device "$device" ${kind:+--kind $kind} --json || true
step bench 130 "$moe" bench compute --device "$device" --experts "$experts" --rows "$batch" --json || true

if [ -e "$here/gpu-yardstick.py" ] && command -v python3 > /dev/null; then
  step yardstick 60 python3 "$here/gpu-yardstick.py" --seconds 45 || true
else
  echo '{"skipped":"there is no python3 here, or no gpu-yardstick.py beside the script"}' > "$folder/yardstick.json"
fi

# Streams, on the CPU and on the device in turns, so that a machine that is busy for a while slows both; then all of it again,
# while there is time for it. A run that is cut short stops cleanly, and its file says how many rows it had learned.
stream() { # ROUND NAME SOURCE ARGUMENT...
  local round=$1 name=$2 where before
  shift 2
  for where in cpu "$device" auto; do
    before=${took_of[stream.$name.${where//:/-}.1]:-3}
    [ "$(left)" -ge $((before + before / 2 + 3)) ] || return 0
    step "stream.$name.${where//:/-}.$round" 45 "$moe" evaluate "$@" --seed 1 --json --set "moe.compute.device=$where" \
      ${pool:+--set "moe.pool.shared=$pool"} || true
  done
}

for round in 1 2 3; do
  stream $round rbf-fast rbf-fast --rows "$rows"
  stream $round rbf-moderate rbf-moderate --rows "$rows"
  [ -n "$pool" ] || stream $round rbf-moderate,preset=gpu rbf-moderate --rows $((rows / 2)) --set moe.pool.preset=gpu
  for file in ${data:+"$data"/*.csv.gz}; do
    name=$(basename "$file" .csv.gz)
    case $name in
      '*' | reg_*) continue ;; # none there; what is predicted is a number
      elec2) stream $round "$name" "$file" --categorical day ;;
      airlines2007_50k) stream $round "$name" "$file" --categorical Month,DayofMonth,DayofWeek,UniqueCarrier,Origin,Dest ;;
      *) stream $round "$name" "$file" ;;
    esac
  done
done

end_clocks
rm -f "$folder/.part"
(
  IFS=,
  printf '{"seconds":%d,"limitSeconds":%d,"steps":[%s]}\n' "$SECONDS" "$limit" "${steps[*]}" > "$folder/steps.json"
)
echo
if [ -e "$folder/selftest.json" ] && ! grep -q '"holds":true,"kernels"' "$folder/selftest.json"; then
  echo "The self-test does not hold: $folder/selftest.json says which kernel differs."
  failed=1
fi
files=("$folder"/*.json)
echo "$device: ${#files[@]} files in $folder after $SECONDS s."
if [ "$failed" -eq 0 ]; then
  echo "All steps are done."
else
  echo "Not all steps are done; $log says why, and what is there can be used."
fi
exit "$failed"
