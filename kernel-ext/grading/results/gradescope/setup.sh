#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the image; the zip's files are in source/ then.
set -euo pipefail
root="${AUTOGRADER_ROOT:-/autograder}"
cd "$root/source"

# A sandbox for answers. Where the container forbids it, grading takes the next one that holds, and never none.
if ! command -v bwrap >/dev/null; then
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends bubblewrap
fi

# gradbook runs on Node 20.11 and newer, which Ubuntu's own is not; npm has it as a package.
fits() { command -v node >/dev/null && node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 11) ? 0 : 1)'; }
if ! fits; then
  command -v npm >/dev/null || { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends npm; }
  case "$(uname -m)" in aarch64 | arm64) node=@NODE_ARM64@ ;; *) node=@NODE_X64@ ;; esac
  mkdir -p "$root/node" && npm install --prefix "$root/node" --no-audit --no-fund "$node"
  ln -sf "$root"/node/node_modules/node-linux-*/bin/node /usr/local/bin/node
  hash -r
fi

[ -f package.json ] || echo '{"private":true}' >package.json
npm install --no-audit --no-fund --omit=dev --ignore-scripts ./gradbook.tgz

# The assignment holds hidden tests: nobody but root reads it, whatever an answer might get at.
chmod -R go-rwx "$root/source/assignment"
