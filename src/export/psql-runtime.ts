/**
 * The part of an exported script that is the same in all of them: POSIX shell, with nothing but psql and what every
 * Unix has. Each window is a psql that reads from a named pipe. After each step it is asked for a mark, and the script
 * goes on once the mark has come or, if the step should wait, once Postgres says that it waits for another window. The
 * pause between two looks decides nothing.
 */
export const psqlRuntime: string = String.raw`
usage() {
  echo "usage: sh $0          run it, in a database of its own, which is dropped again"
  echo "       sh $0 --text   print the steps for people, to follow by hand"
}

in_text() {
  setup()   { printf '\n%s, in a new and empty database:\n\n' "$1"; sed 's/^/    /'; }
  window()  { printf '\nWindow %s (%s), at first:\n\n' "$1" "$2"; sed 's/^/    /'; }
  step()    { printf '\n%s. Window %s:\n\n' "$1" "$2"; sed 's/^/    /'; echo; }
  waits()   { printf '   this waits for %s\n' "$3"; }
  goes_on() { printf '   now step %s in window %s goes on\n' "$1" "$2"; }
  replies() { printf '   window %s: %s\n' "$2" "$5"; }
  returned() { printf '   %s\n' "$1"; }
  tables()  { printf '\nAt the end:\n\n'; sed 's/^/    /'; echo; }
  said()    { sed 's/^/   /'; }
  race
}

in_windows() {
  command -v psql >/dev/null || { echo "psql is not in PATH: install PostgreSQL's client" >&2; exit 2; }
  wait_s=${'$'}{LOCKSTEP_WAIT_S:-30}
  database=lockstep_export_$$
  work=$(mktemp -d) || exit 2
  clients='' pids=0 fd=2 differences=0 made=''
  trap finish EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  export PGCLIENTENCODING=UTF8
  main=${'$'}{PGDATABASE:-postgres}
  ask "$main" "create database $database template template0" >/dev/null || exit 2
  made=yes
  race
  echo
  if [ $differences = 0 ]; then echo "== as recorded: all $steps steps waited or replied as in the run"
  else echo "== NOT as recorded: $differences differences"; exit 1; fi
}

ask() { psql -X -A -t -q -v ON_ERROR_STOP=1 -d "$1" -c "$2"; }

finish() {
  code=$?
  trap - EXIT HUP INT TERM
  for client in $clients; do kill "$client"; done 2>/dev/null
  if [ -n "$made" ]; then
    ask "$main" "select pg_terminate_backend(pid) from pg_stat_activity where datname = '$database'" >/dev/null 2>&1
    ask "$main" "drop database $database"
  fi
  rm -rf "$work"
  exit $code
}

setup() {
  printf '== %s\n' "$1"
  psql -X -q -v ON_ERROR_STOP=1 -d "$database" -f - || exit 2
}

window() {
  fd=$((fd + 1))
  mkfifo "$work/$1.in"
  psql -X -q -P null=NULL -P pager=off -d "$database" <"$work/$1.in" >"$work/$1.out" 2>&1 &
  clients="$clients $!"
  eval "exec $fd>\"\$work/$1.in\"; fd_$1=$fd; seen_$1=0"
  printf '== window %s: %s\n' "$1" "$2"
  { cat; printf '%s\n' 'select pg_backend_pid() as pid \gset' "\\warn lockstep-$$-0 :pid 0 end"; } | into "$1"
  settle 0 "$1" replies
  eval "pid_$1=$sqlstate"
  pids="$pids, $sqlstate"
  show "$1"
  echo '\set QUIET off' | into "$1"
}

into() { eval "cat >&\$fd_$1"; }

# Until step $1 in window $2 has replied or, where $3 is "waits", waits for another window; the answer is in $state.
settle() {
  deadline=$(($(date +%s) + wait_s))
  while :; do
    # psql writes a line in several pieces: without its end it says less.
    if mark=$(grep "^lockstep-$$-$1 .* end$" "$work/$2.out"); then
      set -- $mark
      state=replied sqlstate=$2 rows=$3
      return
    fi
    if [ "$3" = waits ] && blocked "$2"; then state=waits; return; fi
    if [ "$(date +%s)" -gt $deadline ]; then state=silent; return; fi
    sleep 0.02
  done
}

blocked() {
  eval "pid=\$pid_$1"
  [ "$(ask "$database" "select exists (select from unnest(pg_blocking_pids($pid) || pg_safe_snapshot_blocking_pids($pid)) as b where b in ($pids))")" = t ]
}

# What a window printed since it was last looked at.
show() {
  eval "seen=\$seen_$1"
  awk -v seen="$seen" -v mark="lockstep-$$-" 'NR > seen && index($0, mark) != 1' "$work/$1.out"
  eval "seen_$1=$(wc -l <"$work/$1.out")"
}

step() {
  cat >"$work/step.sql"
  printf '\n== step %s in %s\n' "$1" "$2"
  sed 's/^/    /' "$work/step.sql"
  { cat "$work/step.sql"; printf '%s\n' "\\warn lockstep-$$-$1 :SQLSTATE :ROW_COUNT end"; } | into "$2"
}

waits() {
  settle "$1" "$2" waits
  case $state in
    waits) printf '== step %s in %s waits for %s\n' "$1" "$2" "$3" ;;
    replied) differs "step $1 in $2 does not wait; recorded: it waits for $3" ;;
    silent) gives_up "$1" "$2" ;;
  esac
}

goes_on() { printf '== step %s in %s goes on\n' "$1" "$2"; }

replies() {
  settle "$1" "$2" replies
  [ "$state" = replied ] || gives_up "$1" "$2"
  printf '== step %s in %s replies: SQLSTATE %s, rows %s; recorded: %s\n' "$1" "$2" "$sqlstate" "$rows" "$5"
  show "$2"
  [ "$3" = any ] || [ "$3" = "$sqlstate" ] || differs "SQLSTATE $sqlstate; recorded: $3"
  [ "$4" = any ] || [ "$4" = "$rows" ] || differs "$rows rows; recorded: $4"
}

differs() {
  differences=$((differences + 1))
  printf '== DIFFERS: %s\n' "$1"
}

gives_up() {
  if blocked "$2"; then why='it waits for a lock of another window'; else why='nothing holds it up that can be seen'; fi
  differs "step $1 in $2 has no reply within $wait_s s (LOCKSTEP_WAIT_S): $why"
  exit 1
}

returned() { printf '== %s\n' "$1"; }

tables() {
  printf '\n== tables at the end\n'
  psql -X -q -P null=NULL -P pager=off -d "$database" -f -
}

said() { sed 's/^/== /'; }

case ${'$'}{1-} in
  '') in_windows ;;
  --text) in_text ;;
  *) usage; exit 2 ;;
esac
`;
