#!/bin/sh
# Installs, upgrades or removes Menpai on a host without network access. Run it from the unpacked release.
#
#   ./install.sh                 install, or upgrade what is installed
#   ./install.sh --uninstall     remove the program; settings and data stay
#   ./install.sh --purge         remove the program, its settings and ALL data
#   ./install.sh --root DIR      work inside DIR (an image being built): nothing is started, no user is made
#
# Running it twice changes nothing the second time; the server goes on meanwhile. An upgrade stops the server, keeps the
# old binary beside the new one as menpai.previous, tries the upgrade on a copy of the data first, and starts again.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=
action=install
while [ $# -gt 0 ]; do
  case $1 in
    --root) root=${2:?--root needs a directory}; shift ;;
    --uninstall) action=uninstall ;;
    --purge) action=purge ;;
    *) sed -n '2,11s/^# \{0,1\}//p' "$0"; exit 2 ;;
  esac
  shift
done

binary=$root/usr/local/bin/menpai
unit=$root/etc/systemd/system/menpai.service
settings=$root/etc/menpai/menpai.toml
docs=$root/usr/local/share/doc/menpai
data=$root/var/lib/menpai

say() { printf '%s\n' "$*"; }
fail() { printf 'install.sh: %s\n' "$*" >&2; exit 1; }
live() { [ -z "$root" ]; }
systemd() { live && command -v systemctl >/dev/null 2>&1 && [ -d /run/systemd/system ]; }
running() { systemd && systemctl is-active --quiet menpai; }

# Whatever goes wrong on the way, a server that was stopped for it goes on.
stopped=no
leave() {
  outcome=$?
  if [ "$outcome" != 0 ]; then
    rm -f "$binary.new"
    if [ "$stopped" = yes ]; then systemctl start menpai || true; fi
  fi
  exit "$outcome"
}
trap leave EXIT

if live && [ "$(id -u)" != 0 ]; then fail "run as root, or with --root DIR / 请以 root 运行"; fi

case $action in
uninstall | purge)
  if systemd; then systemctl disable --now menpai >/dev/null 2>&1 || true; fi
  rm -f "$binary" "$binary.previous" "$unit"
  rm -rf "$docs"
  if systemd; then systemctl daemon-reload; fi
  if [ "$action" = purge ]; then
    rm -rf "$data" "$root/etc/menpai"
    if live && id menpai >/dev/null 2>&1; then userdel menpai 2>/dev/null || true; fi
    say "removed, with settings and data / 已删除程序、配置与数据"
  else
    say "removed; settings stay in $root/etc/menpai, data in $data / 已删除程序，配置与数据保留"
  fi
  exit 0
  ;;
esac

[ -f "$here/menpai" ] || fail "there is no menpai beside this script; unpack the release first / 缺少 menpai 文件"
if command -v sha256sum >/dev/null 2>&1 && [ -f "$here/SHA256SUMS" ]; then
  (cd "$here" && sha256sum --check --quiet --ignore-missing SHA256SUMS) || fail "the files are not what SHA256SUMS says / 校验失败"
fi
"$here/menpai" --version >/dev/null 2>&1 || fail "this machine cannot run the binary: $("$here/menpai" --version 2>&1 || true)"

if live; then
  id menpai >/dev/null 2>&1 || useradd --system --home-dir /var/lib/menpai --no-create-home --shell /usr/sbin/nologin menpai
fi
install -d -m 0755 "$root/usr/local/bin" "$root/etc/systemd/system" "$docs"
install -d -m 0750 "$root/etc/menpai"
install -d -m 0700 "$data"
if live; then
  chown menpai:menpai "$data"
  chgrp menpai "$root/etc/menpai"
fi
if [ ! -e "$settings" ]; then
  install -m 0640 /dev/null "$settings"
  cat >"$settings" <<'SETTINGS'
# Settings of Menpai; docs/CONFIGURATION.md lists them all, `menpai config check` checks them.
# listen = "0.0.0.0:3100"
# public_url = "https://menpai.example.com"
# backup_passphrase_file = "/etc/menpai/backup.passphrase"
SETTINGS
  if live; then chgrp menpai "$settings"; fi
fi

changed=no
fresh=no
[ -e "$data/menpai.redb" ] || fresh=yes
if cmp -s "$here/menpai" "$binary"; then
  say "the program is this version already / 程序已是此版本"
else
  changed=yes
  # Renamed into place: at no moment is there half a program.
  install -m 0755 "$here/menpai" "$binary.new"
  if [ -e "$binary" ]; then
    if running; then
      stopped=yes
      systemctl stop menpai
    fi
    if live && [ -e "$data/menpai.redb" ]; then
      if ! runuser -u menpai -- env MENPAI_DATA_DIR="$data" MENPAI_CONFIG="$settings" MENPAI_LOG=warn "$binary.new" upgrade-check; then
        fail "this version cannot take the data over; the installed one goes on / 此版本无法接管现有数据，继续使用已安装的版本"
      fi
    fi
    cp -p "$binary" "$binary.previous"
  fi
  mv -f "$binary.new" "$binary"
fi
if [ -d "$here/docs" ]; then cp -R "$here/docs/." "$docs/"; fi
for file in LICENSE THIRD-PARTY-LICENCES.md sbom.cdx.json; do
  if [ -f "$here/$file" ]; then install -m 0644 "$here/$file" "$docs/$file"; fi
done
cmp -s "$here/menpai.service" "$unit" || changed=yes
install -m 0644 "$here/menpai.service" "$unit"

if systemd; then
  systemctl daemon-reload
  systemctl enable --quiet menpai
  if [ "$changed" = yes ]; then systemctl restart menpai; else systemctl start menpai; fi
  say "running / 已启动"
  if [ "$fresh" = yes ]; then
    say "the setup link for the first administrator / 首位管理员链接:  journalctl -u menpai | grep setup"
  fi
else
  say "installed; start with / 已安装，启动命令:  MENPAI_DATA_DIR=$data MENPAI_CONFIG=$settings $binary serve"
fi
