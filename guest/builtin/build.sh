#!/bin/sh
# Builds the tinykernel image. Without arguments it writes the committed image and its digest;
# with --check it builds aside and fails if the committed ones differ. Needs Debian bookworm's
# gcc-riscv64-unknown-elf (12.2.0): another version may well place instructions differently.
set -eu
cd "$(dirname "$0")"
cross=${CROSS:-riscv64-unknown-elf-}
resources=../src/main/resources/org/replaymigrate/guest/builtin
target=$(mktemp -d)
trap 'rm -rf "$target"' EXIT

if ! command -v "${cross}gcc" >/dev/null; then
  echo "build.sh: no ${cross}gcc; apt-get install gcc-riscv64-unknown-elf" >&2
  exit 1
fi

common="-std=gnu11 -O2 -mcmodel=medany -ffreestanding -nostdlib -fno-pic -fno-common
  -fno-stack-protector -fno-asynchronous-unwind-tables -fno-tree-loop-distribute-patterns
  -fno-strict-aliasing -msmall-data-limit=0 -Wall -Wextra -Wshadow -Wstrict-prototypes -Werror
  -Wl,--build-id=none -Wl,--no-warn-rwx-segments"

# The user program first: the kernel's image holds it.
# shellcheck disable=SC2086
"${cross}gcc" $common -march=rv64imafdc_zicsr -mabi=lp64d -ffp-contract=off -fno-math-errno \
  -T user/user.ld -o "$target/user.elf" user/start.S user/*.c common/*.c
"${cross}objcopy" -O binary "$target/user.elf" "$target/user.bin"

# shellcheck disable=SC2086
"${cross}gcc" $common -march=rv64imac_zicsr -mabi=lp64 -Wa,-I,"$target" \
  -DUSER_IMAGE='"user.bin"' \
  -T kernel/kernel.ld -o "$target/kernel.elf" kernel/*.S kernel/*.c common/*.c
"${cross}objcopy" -O binary "$target/kernel.elf" "$target/tinykernel.img"
(cd "$target" && sha256sum tinykernel.img >tinykernel.img.sha256)

if [ "${1:-}" = --check ]; then
  for file in tinykernel.img tinykernel.img.sha256; do
    if ! cmp "$target/$file" "$resources/$file"; then
      echo "build.sh: the committed $file is not what these sources give" >&2
      exit 1
    fi
  done
  echo "the committed image is what these sources give"
else
  mkdir -p "$resources"
  cp "$target/tinykernel.img" "$target/tinykernel.img.sha256" "$resources/"
  if [ -n "${ELF_DIR:-}" ]; then cp "$target"/*.elf "$ELF_DIR/"; fi
  wc -c "$resources/tinykernel.img"
fi
