#!/usr/bin/env bash
# What the action runs: gets congruent, makes sure that a pull request's base is there, checks, and keeps the exit code for after the
# upload. Everything that a workflow or a pull request chooses comes in as a variable and is used as one word.
set -euo pipefail

# To standard error, which the runner reads too: what is printed for a variable is none of it.
fail() {
  printf '::error title=congruent::%s\n' "$1" >&2
  exit 2
}

platform() {
  case "$RUNNER_OS-$RUNNER_ARCH" in
    Linux-X64) echo x86_64-unknown-linux-musl.tar.gz ;;
    Linux-ARM64) echo aarch64-unknown-linux-musl.tar.gz ;;
    macOS-X64) echo x86_64-apple-darwin.tar.gz ;;
    macOS-ARM64) echo aarch64-apple-darwin.tar.gz ;;
    Windows-X64) echo x86_64-pc-windows-msvc.zip ;;
    *) fail "there is no release for $RUNNER_OS on $RUNNER_ARCH: build congruent and give its path as the input binary" ;;
  esac
}

# Sets `congruent` to the path of a binary whose archive has the SHA-256 that is pinned.
install() {
  local archive folder known sum
  [[ "$INPUT_VERSION" =~ ^[0-9A-Za-z.+-]+$ ]] || fail "the input version is no version"
  archive="congruent-$INPUT_VERSION-$(platform)"
  known=$(awk -v archive="$archive" '$2 == archive { print $1 }' "$ACTION_PATH/.github/action/checksums.txt")
  sum=${INPUT_SHA256:-$known}
  [[ "$sum" =~ ^[0-9a-f]{64}$ ]] || fail "no SHA-256 is known for $archive: give it as the input sha256 (the release's checksums.txt has it)"
  folder=$(mktemp -d "$RUNNER_TEMP/congruent.XXXXXX")
  curl --proto '=https' --tlsv1.2 --silent --show-error --location --fail --retry 3 --output "$folder/$archive" \
    "https://github.com/$ACTION_REPOSITORY/releases/download/v$INPUT_VERSION/$archive" || fail "$archive could not be downloaded"
  echo "$sum  $folder/$archive" | { sha256sum --check --quiet 2>/dev/null || shasum --algorithm 256 --check --quiet; } ||
    fail "$archive is not the file that is pinned: its SHA-256 differs"
  case "$archive" in
    *.zip) unzip -q "$folder/$archive" -d "$folder" && congruent="$folder/congruent.exe" ;;
    *) tar -xzf "$folder/$archive" -C "$folder" && congruent="$folder/congruent" ;;
  esac
}

fetch() {
  git fetch --quiet --no-tags "$@" 2>/dev/null && return
  # The checkout left no credentials.
  [[ -n "$INPUT_TOKEN" ]] || return 1
  GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0="http.$GITHUB_SERVER_URL/.extraheader" \
    GIT_CONFIG_VALUE_0="AUTHORIZATION: basic $(printf 'x-access-token:%s' "$INPUT_TOKEN" | base64 | tr -d '\n')" \
    git fetch --quiet --no-tags "$@"
}

# Sets `base` to the commit that the pull request would be merged into.
find_base() {
  local head
  head=$(git rev-parse --verify HEAD)
  # A checkout is the merge commit, and mostly the only one: its first parent is the base as it was merged.
  if [[ "$head" == "$GITHUB_SHA" ]]; then
    [[ "$(git rev-parse --is-shallow-repository)" == false ]] || fetch --depth=2 origin "$GITHUB_SHA" || true
    if git rev-parse --quiet --verify "HEAD^2^{commit}" >/dev/null; then
      base=$(git rev-parse --verify "HEAD^1^{commit}")
      return
    fi
  fi
  # The pull request's own head was checked out: the place where it left the base has to be there too.
  git cat-file -e "$BASE_SHA^{commit}" 2>/dev/null || fetch origin "$BASE_SHA" || true
  git merge-base "$BASE_SHA" HEAD >/dev/null 2>&1 || fetch --unshallow origin || true
  base=$(git rev-parse --quiet --verify "$BASE_SHA^{commit}") ||
    fail "the pull request's base $BASE_SHA is not there and can't be fetched: check out with fetch-depth: 0"
}

congruent=$INPUT_BINARY
[[ -n "$congruent" ]] || install

arguments=()
while IFS= read -r argument; do
  [[ -z "$argument" ]] || arguments+=("$argument")
done <<<"$INPUT_ARGS"
if [[ -n "$BASE_SHA" ]] && [[ "$INPUT_TRUSTED_POLICY" == true || "$INPUT_NEW_ONLY" == true ]]; then
  find_base
  [[ "$INPUT_TRUSTED_POLICY" != true ]] || arguments+=("--policy-from=$base")
  [[ "$INPUT_NEW_ONLY" != true ]] || arguments+=("--since=$base")
fi
arguments+=(--)
while IFS= read -r path; do
  [[ -z "$path" ]] || arguments+=("$path")
done <<<"$INPUT_PATHS"

sarif="$RUNNER_TEMP/congruent.sarif"
rm -f "$sarif"
code=0
"$congruent" check --format github --format "sarif:$sarif" --format "markdown:$GITHUB_STEP_SUMMARY" "${arguments[@]}" || code=$?
{
  echo "exit-code=$code"
  [[ ! -s "$sarif" ]] || echo "sarif=$sarif"
} >>"$GITHUB_OUTPUT"
