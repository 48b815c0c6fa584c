#!/bin/sh
# Builds the guest kernels of `bench/run speed`. Without arguments it writes the committed ELFs and
# their digests; with --check it builds aside and fails if the committed ones differ. Needs Debian
# bookworm's gcc-riscv64-unknown-elf (12.2.0): another version may well make other code.
set -eu
cd "$(dirname "$0")"
cross=${CROSS:-riscv64-unknown-elf-}
resources=../src/main/resources/org/replaymigrate/bench/guest
target=$(mktemp -d)
trap 'rm -rf "$target"' EXIT

if ! command -v "${cross}gcc" >/dev/null; then
  echo "build.sh: no ${cross}gcc; apt-get install gcc-riscv64-unknown-elf" >&2
  exit 1
fi

# The instruction set and optimisation of Debian's own packages, so that the code is like theirs.
flags="-std=gnu11 -O2 -march=rv64imafdc_zicsr_zifencei -mabi=lp64d -mcmodel=medany -ffreestanding
  -nostdlib -fno-pic -fno-common -fno-stack-protector -fno-asynchronous-unwind-tables
  -fno-tree-loop-distribute-patterns -fno-strict-aliasing -msmall-data-limit=0 -Wall -Wextra -Wshadow
  -Wstrict-prototypes -Werror -Wl,--build-id=none -Wl,--no-warn-rwx-segments -s"

kernels="integer memory float system micro"
for kernel in $kernels; do
  more=
  if [ -e "${kernel}_entry.S" ]; then more=${kernel}_entry.S; fi
  # shellcheck disable=SC2086
  "${cross}gcc" $flags -T common/kernel.ld -o "$target/$kernel.elf" \
    common/head.S $kernel.c $more common/*.c
  chmod 644 "$target/$kernel.elf"
done
# A program for Linux.
# shellcheck disable=SC2086
"${cross}gcc" $flags -static -o "$target/work.elf" work.c
chmod 644 "$target/work.elf"
(cd "$target" && sha256sum ./*.elf >kernels.sha256)

if [ "${1:-}" = --check ]; then
  for file in "$target"/*; do
    if ! cmp "$file" "$resources/${file##*/}"; then
      echo "build.sh: the committed ${file##*/} is not what these sources give" >&2
      exit 1
    fi
  done
  echo "the committed kernels are what these sources give"
else
  mkdir -p "$resources"
  cp "$target"/* "$resources/"
  (cd "$resources" && wc -c ./*)
fi
