"""Reads each command of infra/README.md as the AWS CLI reads it: it must get as far as wanting to call AWS, where nobody is.

The blocks are run by bash, in their order, so that a variable has to be set before it is used.
"""

import contextlib
import io
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import awscli.clidriver
import jmespath

README = pathlib.Path(__file__).parents[2] / "infra/README.md"

# Notes its words, separated by zeros, and answers something.
AWS = r"""#!/usr/bin/env bash
printf '%s\0' "$@" >>"$CALLS"
echo >>"$CALLS"
echo arn:aws:acm:us-east-1:123456789012:certificate/value
"""
PREAMBLE = """
set -eu
infra/deploy() { [[ $# == 1 && -f $PARAMETERS/$1.json ]]; }
infra/destroy() { infra/deploy "$@"; }
"""


def blocks(text):
    return re.findall(r"^```sh\n(.*?)^```", text, re.M | re.S)


def calls_of(script):
    """The words of each call, and what bash says to the script."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "aws").write_text(AWS)
        (folder / "aws").chmod(0o755)
        (folder / "calls").touch()
        env = {
            "PATH": f"{folder}:/usr/bin:/bin",
            "HOME": str(folder),
            "CALLS": str(folder / "calls"),
            "PARAMETERS": str(README.parent / "parameters"),
        }
        done = subprocess.run(["bash", "-c", script], env=env, cwd=README.parents[1], capture_output=True, text=True)
        calls = [call.split("\0") for call in (folder / "calls").read_text().split("\0\n")[:-1]]
        return calls, done.stderr if done.returncode else ""


def problem(driver, words):
    """What the AWS CLI does not like about a call; None where it would have gone ahead."""
    said = io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
        try:
            driver.main([*words, "--endpoint-url", "http://127.0.0.1:9"])
        except SystemExit:
            pass
    # The plugin is asked for once the command is understood.
    reached = any(sign in said.getvalue() for sign in ("Could not connect to the endpoint", "SessionManagerPlugin is not found"))
    for option, value in zip(words, words[1:]):
        if option == "--query":
            try:
                jmespath.compile(value)
            except jmespath.exceptions.ParseError as error:
                return str(error)
    return None if reached else said.getvalue()


def main():
    text = README.read_text()
    script = PREAMBLE + "\n".join(blocks(text))
    written = len(re.findall(r"\baws [a-z0-9]+(?:-[a-z]+)* [a-z]", script))
    calls, problems = calls_of(script)
    os.environ |= {
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_MAX_ATTEMPTS": "1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    os.chdir(README.parents[1])
    driver = awscli.clidriver.create_clidriver()
    problems = [problems] if problems else []
    problems += [f"{' '.join(words)}\n  {bad}" for words in calls if (bad := problem(driver, words))]
    if len(calls) < written:
        problems.append(f"only {len(calls)} of {written} commands were run")
    if problem(driver, ["ecs", "describe-services", "--clutser", "x"]) is None:
        problems.append("a command with a slip of the pen is not noticed")
    print(*problems, sep="\n")
    print(f"infra/README.md: {len(calls)} commands, {len(problems)} problems")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
