#!/bin/sh
# Removes what the writing suite left.
rm -rf "$(dirname "$0")/data/tmp"
