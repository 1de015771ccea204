#!/bin/sh
# The steps of the readiness workflow, written by `readiness init`; the workflow calls them in this order:
#
#   sh readiness.sh fetch      get history/ and the published pages from the branch `readiness`
#   sh readiness.sh archive    turn the files in evidence/ into a run
#   sh readiness.sh keep       push the run; two jobs at once lose nothing
#   sh readiness.sh publish    build the pages in .readiness/public, and push them
#   sh readiness.sh gate       report the verdict: job summary, comment, annotations, exit code
#
# For a pull request `fetch` and `gate` are enough: without `archive`, `gate` judges evidence/ and archives nothing.
set -eu
branch=${READINESS_BRANCH:-readiness}
tries=${READINESS_TRIES:-10}
home=.readiness
marker='<!-- readiness -->'

die() {
  echo "readiness: $*" >&2
  exit 2
}

evidence() {
  git -C "$home" -c user.name=readiness -c user.email=readiness@users.noreply.github.com "$@"
}

fetched() { # the branch as the server has it; fails where there is none
  heads=$(git ls-remote origin "refs/heads/$branch" 2>/dev/null) \
    || die "the repository's server cannot be reached. Check the address of origin and the job's token"
  [ -n "$heads" ] && git fetch --quiet "$@" origin "+refs/heads/$branch:refs/remotes/origin/$branch"
}

fetch() {
  git rev-parse --git-dir >/dev/null 2>&1 || die "$PWD is not a git checkout. Run this in the top folder of one"
  [ ! -e "$home" ] || die "$home already exists. Remove it and run this again"
  if [ -e history ] || [ -L history ]; then
    die "history already exists, but evidence belongs on branch $branch. Move it there once; see docs/guide/ci.md"
  fi
  if fetched --depth 1; then
    start=refs/remotes/origin/$branch
  else # the same first commit in every job, so that two first jobs do not part
    start=$(printf 'Begin' | GIT_AUTHOR_DATE=2000-01-01T00:00:00Z GIT_COMMITTER_DATE=2000-01-01T00:00:00Z \
      git -c user.name=readiness -c user.email=readiness@users.noreply.github.com commit-tree "$(git mktree </dev/null)")
  fi
  target=${GITHUB_BASE_REF:-${CI_MERGE_REQUEST_TARGET_BRANCH_NAME-}}
  [ -z "$target" ] || git fetch --quiet --depth 1 origin "+refs/heads/$target:refs/remotes/origin/$target"
  git worktree prune
  git worktree add --quiet --detach "$home" "$start"
  git update-ref refs/readiness/start "$start"
  mkdir -p "$home/history" "$home/public"
  ln -s "$home/history" history
}

files() { # the evidence, a line each
  [ -d evidence ] || die "there is no folder evidence. Download the test results into it"
  found=$(find evidence -type f | sort)
  # Without files the gate would judge the run archived last, which is of another commit.
  [ -n "$found" ] || die "there is no file in the folder evidence: no test job left results. Run the tests again"
  printf '%s\n' "$found"
}

archive() {
  found=$(files)
  IFS='
'
  set -f
  # Exit code 1 says that evidence was lost, and the run is archived all the same.
  # shellcheck disable=SC2086
  readiness archive $found "$@" >"$home/run" || [ -s "$home/run" ] || exit 4
  cat "$home/run"
}

refused() {
  told=$(printf '%s' "$told" | tr '\n\t' '  ')
  die "branch $branch cannot be pushed: $told. Allow it: contents: write on GitHub, READINESS_TOKEN on GitLab"
}

push() { # succeeds, or fails where somebody else was quicker; ends where it can never succeed
  if told=$(evidence push --porcelain origin "HEAD:refs/heads/$branch" 2>&1); then return 0; fi
  case $told in # a refusal by a rule of the server is final; else somebody else was quicker
    *declined* | *protected* | *denied*) refused ;;
    *'[rejected]'* | *'[remote rejected]'*) ;;
    *) refused ;;
  esac
  attempt=$((${attempt:-0} + 1))
  [ "$attempt" -lt "$tries" ] || die "branch $branch was pushed by others $tries times in the meantime. Run this job again"
  sleep "$(awk -v seed="$$" -v n="$attempt" 'BEGIN { srand(seed + n); print rand() * n }')"
  return 1
}

keep() { # history/ is append-only: a rebase never conflicts. Only our commit moves: what others removed stays removed
  evidence add history
  evidence diff --cached --quiet || evidence commit --quiet --message "Archive $(cat "$home/run")"
  until push; do
    fetched && evidence rebase --quiet --onto "refs/remotes/origin/$branch" refs/readiness/start \
      && git update-ref refs/readiness/start "refs/remotes/origin/$branch"
  done
}

publish() { # pages are not: who was slower publishes again, on top of what is there
  until
    readiness publish --to "$home/public" || exit
    evidence add public
    evidence diff --cached --quiet || evidence commit --quiet --message "Publish $(cat "$home/run")"
    push
  do
    fetched && evidence reset --quiet --hard "refs/remotes/origin/$branch"
  done
}

gate() {
  if [ -s "$home/run" ]; then
    run=$(cat "$home/run")
    set -- --run "$run"
    if link=$(readiness link "$run"); then set -- "$@" --link "${link%/reports/*}"; fi
  else
    found=$(files)
    IFS='
'
    set -f
    # shellcheck disable=SC2086
    set -- $found "$@"
    # The target's policy judges: a pull request cannot lower its own requirements.
    target=${GITHUB_BASE_REF:-${CI_MERGE_REQUEST_TARGET_BRANCH_NAME-}}
    [ -z "$target" ] || set -- "$@" --policy-from "origin/$target"
  fi
  code=0
  readiness gate "$@" --format "$([ -n "${GITHUB_ACTIONS-}" ] && echo github || echo text)" || code=$?
  [ "$code" -ne 2 ] && [ "$code" -ne 4 ] || exit "$code"
  { echo "$marker" && readiness gate "$@" --format markdown || true; } >"$home/verdict.md"
  if [ -n "${GITHUB_STEP_SUMMARY-}" ]; then cat "$home/verdict.md" >>"$GITHUB_STEP_SUMMARY"; fi
  comment "$home/verdict.md"
  exit "$code"
}

comment() { # one comment on the pull or merge request, updated in place
  if [ -n "${READINESS_PULL_REQUEST-}" ]; then
    thread=$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/issues/$READINESS_PULL_REQUEST/comments
    each=$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/issues/comments
    token="Authorization: Bearer ${GITHUB_TOKEN-}" change=PATCH
  elif [ -n "${CI_MERGE_REQUEST_IID-}" ]; then
    thread=$CI_API_V4_URL/projects/$CI_PROJECT_ID/merge_requests/$CI_MERGE_REQUEST_IID/notes
    each=$thread token="PRIVATE-TOKEN: ${READINESS_TOKEN-}" change=PUT
  else
    return 0
  fi
  if known=$(call "$thread?per_page=100&sort=asc&order_by=created_at") && id=$(printf '%s' "$known" | python3 -c "import json, sys
print(next((one['id'] for one in json.load(sys.stdin) if one['body'].startswith('$marker')), ''))"); then
    if [ -n "$id" ]; then thread=$each/$id; else change=POST; fi
    python3 -c 'import json, sys; print(json.dumps({"body": open(sys.argv[1], encoding="utf-8").read()}))' "$1" \
      | call "$thread" --request "$change" --data-binary @- >/dev/null && return 0
  fi
  echo "readiness: no comment was written. Give the job a token that may comment: pull-requests: write on GitHub, READINESS_TOKEN with scope api on GitLab" >&2
}

call() {
  address=$1
  shift
  curl --silent --show-error --fail --max-time 60 --header "$token" --header 'Content-Type: application/json' "$@" "$address"
}

step=${1-}
case $step in
  fetch | archive | keep | publish | gate)
    shift
    [ "$step" = fetch ] || [ -d "$home" ] || die "there is no $home. Run the step fetch first"
    "$step" "$@"
    ;;
  *) die "there is no step '$step'. Steps: fetch, archive, keep, publish, gate" ;;
esac
