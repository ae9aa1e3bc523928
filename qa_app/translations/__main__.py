"""`python -m qa_app.translations` compiles the fragments; `--check` finds faults in them."""

from __future__ import annotations

import sys

from qa_app.translations import LANGUAGES, check, compile_language, merge


def main(arguments: list[str]) -> int:
    """0 when all is well, 1 with the remarks on stderr, 2 for a wrong argument."""
    if arguments not in ([], ["--check"]):
        print("usage: python -m qa_app.translations [--check]", file=sys.stderr)
        return 2
    remarks = []
    for language in LANGUAGES:
        remarks += check(language) if arguments else merge(language).remarks
        compile_language(language)
    for remark in remarks:
        print(remark, file=sys.stderr)
    return 1 if arguments and remarks else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
