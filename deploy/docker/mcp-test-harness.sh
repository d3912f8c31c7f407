# shellcheck shell=bash
# The command line from the image, for bash and zsh: source this file in ~/.bashrc or ~/.zshrc.
# A function, since an alias with $(pwd) in double quotes would mount the directory of the moment it was defined in.
mcp-test-harness() {
  local image=${MCP_TEST_HARNESS_IMAGE:-mcp-test-harness:local} terminal=()
  if [ -t 0 ] && [ -t 1 ]; then terminal=(--tty); fi
  docker run --rm --interactive "${terminal[@]}" \
    --user "$(id -u):$(id -g)" --env HOME=/tmp \
    --volume "$PWD:/workspace" --workdir /workspace \
    "$image" "$@"
}
