#!/usr/bin/env bash
# `make release`: everything that an administrator without network access needs, in dist/.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Static where this machine can: musl's part of the toolchain (`rustup target add`) and its C compiler (Debian: musl-tools).
host=$(rustc -vV | sed -n 's/^host: //p')
static=${host/-gnu/-musl}
missing=
command -v musl-gcc >/dev/null || missing="musl-gcc (Debian, Ubuntu: musl-tools)"
[ -d "$(rustc --print sysroot)/lib/rustlib/$static/lib" ] || missing="${missing:+$missing, }rustup target add $static"
if [ -z "$missing" ]; then
  host=$static
else
  echo "not static, but linked against this machine's glibc; for a static binary: $missing / 未静态链接，缺少: $missing" >&2
fi
cargo build --locked --release --target "$host"
binary=target/$host/release/menpai
version=$("$binary" --version | cut -d' ' -f2)
name=menpai-$version-$host
rm -rf dist
mkdir -p dist
install -m 0755 "$binary" dist/menpai
install -m 0755 packaging/install.sh dist/install.sh
install -m 0644 packaging/menpai.service packaging/nginx.conf packaging/Caddyfile packaging/Dockerfile LICENSE CHANGELOG.md dist/
mkdir dist/docs
cp docs/*.md docs/openapi.json dist/docs/
node packaging/sbom.mjs dist/sbom.cdx.json dist/THIRD-PARTY-LICENCES.md "$host"

# What the binary asks of the system it runs on.
if command -v objdump >/dev/null; then
  glibc=$(objdump -T dist/menpai 2>/dev/null | grep -o 'GLIBC_[0-9.]*' | sort -Vu | tail -1 || true)
  if [ -n "$glibc" ]; then
    printf 'Needs %s or newer, libgcc_s, and nothing else.\n' "$glibc" >dist/REQUIREMENTS.txt
  else
    printf 'Linked statically: needs Linux, and nothing else.\n' >dist/REQUIREMENTS.txt
  fi
fi
(cd dist && find . -type f ! -name SHA256SUMS -printf '%P\n' | LC_ALL=C sort | xargs sha256sum >SHA256SUMS)
tar --sort=name --owner=0 --group=0 --numeric-owner --transform "s,^dist,$name," -czf "target/$name.tar.gz" dist
(cd target && sha256sum "$name.tar.gz" >"$name.tar.gz.sha256")
ls -l dist/menpai "target/$name.tar.gz"
