/**
 * The part of `docker run … IMAGE` that a shell script can do for it: sets the variables of `-e NAME=VALUE`, and runs the
 * program itself with what follows the image, which for a KRM function is nothing.
 */
export const RUN_CONTAINER = `shift
while [ $# -gt 1 ]; do
  case "$1" in
    -e|--env) case "$2" in *=*) export "$2" ;; esac; shift 2 ;;
    -a|--network|--user|--mount|--name|--pull) shift 2 ;;
    -*) shift ;;
    *) break ;;
  esac
done
shift
exec pinpull "$@"
`
