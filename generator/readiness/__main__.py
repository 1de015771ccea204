"""The script `readiness`, and `python -m readiness`: Ctrl+C ends it in one line while Python still imports, too."""

import sys


def main() -> None:
    """Run the command of `sys.argv`."""
    try:
        from readiness.cli import main as command

        command(prog_name="readiness")
    except KeyboardInterrupt:
        sys.stderr.write("readiness: interrupted\n")
        sys.exit(130)


if __name__ == "__main__":
    main()
