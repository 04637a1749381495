#!/usr/bin/env bash
# Builds every fuzz target into $OUT, beside it its seeds (NAME_seed_corpus.zip), its dictionary (NAME.dict) and its
# options (NAME.options), in the form that ClusterFuzzLite and OSS-Fuzz take. Outside of their image:
# `OUT=/some/folder .clusterfuzzlite/build.sh`, from the top folder.
set -euxo pipefail
: "${OUT:?the folder for the targets}"
mkdir -p "$OUT"

# Not `cargo +nightly`: in their image `cargo` is a program of theirs that looks at its first argument. The variable goes
# before rust-toolchain.toml.
export RUSTUP_TOOLCHAIN=${RUSTUP_TOOLCHAIN:-nightly}

# Not with fuzz/build-options: in the time that they run there, comparisons are worth tracing.
cargo fuzz build -O --debug-assertions
built=fuzz/target/$(rustc -vV | sed -n 's/^host: //p')/release

mapfile -t names < <(cargo fuzz list)
((${#names[@]}))
for name in "${names[@]}"; do
  cp "$built/$name" "$OUT/"
  python3 - "$OUT/${name}_seed_corpus.zip" "corpus/fuzz/$name" "corpus/regressions/$name" <<'PYTHON'
import pathlib, sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as archive:
    for folder in map(pathlib.Path, sys.argv[2:]):
        for file in sorted(folder.iterdir()) if folder.is_dir() else ():
            # One date for all: the same seeds are the same archive.
            archive.writestr(zipfile.ZipInfo(f"{folder.parent.name}-{file.name}"), file.read_bytes())
PYTHON
  rm -f "$OUT/$name.dict"
  # What several targets share is a link.
  [[ ! -e fuzz/dictionaries/$name.dict ]] || cp --dereference "fuzz/dictionaries/$name.dict" "$OUT/"
  sed 's/^-/[libfuzzer]\n/; s/ -/\n/g; s/=/ = /g' fuzz/libfuzzer-options >"$OUT/$name.options"
done
