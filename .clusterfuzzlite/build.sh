#!/usr/bin/env bash
# Builds every fuzz target into $OUT, beside it its seeds (NAME_seed_corpus.zip), its dictionary (NAME.dict) and its
# options (NAME.options), in the form that ClusterFuzzLite and OSS-Fuzz take. Outside of their image:
# `OUT=/some/folder .clusterfuzzlite/build.sh`.
set -euxo pipefail
[[ -d fuzz/fuzz_targets ]] || cd "$(dirname "$0")/.."
: "${OUT:?the folder for the targets}"

# Their image has a nightly toolchain as the default one.
toolchain=()
[[ -n ${FUZZING_LANGUAGE:-} ]] || toolchain=(+nightly)

cargo "${toolchain[@]}" fuzz build --release --debug-assertions
built=fuzz/target/x86_64-unknown-linux-gnu/release

# The dictionary of a target, if it has one.
dictionary() {
  case $1 in
    ikev?_message_roundtrip | ikev?_payload | differential_wire) echo ike ;;
    certificate | crl | name_roundtrip) echo der ;;
    ios_config | ios_show) echo ios ;;
    scenario) echo scenario ;;
  esac
}

for program in fuzz/fuzz_targets/*.rs; do
  name=$(basename "$program" .rs)
  cp "$built/$name" "$OUT/"
  inputs=()
  for folder in "corpus/fuzz/$name" "corpus/regressions/$name"; do
    [[ -d $folder ]] && inputs+=("$folder")
  done
  rm -f "$OUT/${name}_seed_corpus.zip"
  if ((${#inputs[@]})); then
    python3 - "$OUT/${name}_seed_corpus.zip" "${inputs[@]}" <<'PYTHON'
import pathlib, sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as archive:
    for folder in map(pathlib.Path, sys.argv[2:]):
        for file in sorted(folder.iterdir()):
            archive.writestr(zipfile.ZipInfo(f"{folder.parent.name}-{file.name}"), file.read_bytes())
PYTHON
  fi
  words=$(dictionary "$name")
  [[ -z $words ]] || cp "fuzz/dictionaries/$words.dict" "$OUT/$name.dict"
  printf '[libfuzzer]\nmax_len = 8192\nmalloc_limit_mb = 512\n' >"$OUT/$name.options"
done
