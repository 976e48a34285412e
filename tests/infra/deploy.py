"""Runs infra/deploy with a stand-in for the AWS CLI and for Docker, which notes each call and answers as it is told to.

What this shows is the order, and where it stops; that the calls are well-formed is shown by commands.py, and that templates
and calls fit together by a deployment to a fake AWS, which infra/README.md describes.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).parents[2]

# $CALLS gets a line for each call. The environment says how this AWS is.
STANDIN = r"""#!/usr/bin/env bash
echo "${0##*/} $*" >>"$CALLS"
case "${0##*/} $*" in
  "aws sts get-caller-identity"*) [ -z "${NO_CREDENTIALS:-}" ] || exit 255; echo 123456789012 ;;
  "aws service-quotas get-service-quota"*) echo "${QUOTA:-100.0}" ;;
  "aws ec2 describe-vpcs"* | "aws ec2 describe-addresses"*) echo 1 ;;
  "aws ec2 describe-security-groups"*) echo sg-default ;;
  "aws ec2 describe-security-group-rules"*) echo sgr-1 ;;
  "aws ec2 describe-availability-zones"*) echo "${ZONES:-6}" ;;
  "aws rds describe-db-engine-versions"*) [ -n "${OFFERED:-}" ] || exit 255; echo "$OFFERED" ;;
  "aws logs describe-log-groups"*) echo "${KEPT:-None}" ;;
  "aws cloudformation describe-stacks"*StackStatus*) [ -n "${STACKS:-}" ] || exit 254; echo "$STACKS" ;;
  "aws cloudformation describe-stacks"*DomainName*) echo "${GIVEN:-None}" ;;
  "aws cloudformation describe-stacks"*AlarmEmail*) echo None ;;
  "aws cloudformation describe-stacks"*HostedZoneId*) echo Z2 ;;
  "aws cloudformation describe-stacks"*Address*) echo "http://127.0.0.1:9" ;;
  "aws cloudformation describe-stacks"*) echo output ;;
  "aws cloudformation wait change-set-create-complete"*) [ -z "${UNCHANGED:-}" ] || exit 255 ;;
  "aws cloudformation describe-change-set"*StatusReason*) echo "The submitted information didn't contain changes." ;;
  "aws cloudformation describe-change-set"*) printf '%s\n' "${CHANGES:-Modify	AWS::ECS::Service	WebService	False}" ;;
  "aws cloudformation wait stack-"*) [ -z "${BROKEN:-}" ] || [[ $* != *"-$BROKEN" ]] || exit 255 ;;
  "aws cloudformation describe-stack-resource"*) echo "task:2" ;;
  "aws route53 list-hosted-zones-by-name"*"--dns-name book.example "*) echo /hostedzone/Z1 ;;
  "aws route53 list-hosted-zones-by-name"*) echo None ;;
  "aws ecr describe-images"*) [ -n "${IMAGES:-}" ] || exit 254 ;;
  "aws ecr get-login-password"*) echo password ;;
  "aws ecs run-task"*) echo arn:aws:ecs:us-east-1:123456789012:task/daybook-small-cluster/abc ;;
  "aws ecs describe-tasks"*exitCode*) echo "${EXIT_CODE:-0}" ;;
  "aws ecs describe-services"*desiredCount*) echo "${DESIRED:-None}" ;;
  "aws ecs describe-services"*taskDefinition*) echo "${RUNNING:-task:2}" ;;
  "docker build"*) [ -z "${NO_BUILD:-}" ] || exit 1 ;;
  "docker login"*) cat >/dev/null ;;
  curl*) echo "${ANSWER:-200}" ;;
  "git rev-parse"*) [ -z "${NO_COMMIT:-}" ] || exit 128; echo 0123456789ab ;;
  "git status"*) echo "${CHANGED:-}" ;;
esac
exit 0
"""


def deploy(environment="small", arguments=("--yes",), **told):
    """What it said, whether it succeeded, and the calls it made."""
    with tempfile.TemporaryDirectory() as folder:
        bin = pathlib.Path(folder)
        for name in ("aws", "docker", "curl", "git", "sleep"):
            (bin / name).write_text(STANDIN)
            (bin / name).chmod(0o755)
        calls = bin / "calls"
        calls.touch()
        env = {"PATH": f"{bin}:{os.environ['PATH']}", "HOME": folder, "CALLS": str(calls), "IMAGES": "1"}
        env |= {key: str(value) for key, value in told.items()}
        command = [ROOT / "infra/deploy", environment, *arguments]
        done = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
        return done.stdout + done.stderr, done.returncode == 0, calls.read_text().splitlines()


def stacks(calls):
    """Which stacks were made or changed, in order."""
    done = [c.split("--stack-name ")[1].split()[0] for c in calls if " create-stack " in c or " execute-change-set " in c]
    return [name.split("-")[-1] for name in done]


def place(calls, text):
    return next(index for index, call in enumerate(calls) if text in call)


def check_the_order():
    said, good, calls = deploy(IMAGES="")
    assert good, said
    assert stacks(calls) == ["network", "security", "data", "platform", "app", "alarms"], stacks(calls)
    assert place(calls, "daybook-small-platform --template") < place(calls, "ecs run-task") < place(calls, "daybook-small-app --template")
    assert place(calls, "daybook-small-app --template") < place(calls, "services-stable") < place(calls, "daybook-small-alarms --template")
    assert place(calls, "daybook-small-network --template") < place(calls, "revoke-security-group-egress") < place(calls, "daybook-small-security --template")
    assert any(c.startswith("curl") and "/readyz" in c for c in calls[-3:]), calls[-3:]
    assert said.startswith("http://127.0.0.1:9\n"), said


def check_with_a_domain_and_everything():
    said, good, calls = deploy("production", DOMAIN="team.book.example", ALARM_EMAIL="ops@book.example")
    assert good, said
    assert stacks(calls) == ["network", "security", "data", "platform", "dns", "app", "edge", "alarms"], stacks(calls)
    dns = next(c for c in calls if "daybook-production-dns --template" in c)
    assert '"HostedZoneId","ParameterValue":"Z1"' in dns and '"team.book.example"' in dns
    said, good, calls = deploy(DOMAIN="elsewhere.example")
    assert not good and "no public hosted zone" in said and not stacks(calls), said


def check_images_are_built_once():
    said, good, calls = deploy(IMAGES="")
    assert good and sum(c.startswith("docker push") and c.endswith(":0123456789ab") for c in calls) == 2, said
    _, good, calls = deploy()
    assert good and not any(c.startswith(("docker build", "docker push")) for c in calls)
    # An older commit whose images are gone cannot be rolled back to.
    said, good, calls = deploy(IMAGES="", IMAGE_TAG="ba9876543210")
    assert not good and "has no image" in said and stacks(calls)[-1] == "platform", said


def check_a_failed_migration_stops_before_any_service_changes():
    for code in ("1", "None"):
        said, good, calls = deploy(EXIT_CODE=code, STACKS="UPDATE_COMPLETE")
        assert not good and "the migration failed" in said, said
        assert stacks(calls) == ["network", "security", "data", "platform"], stacks(calls)


def check_a_stack_that_fails_stops_the_rest():
    said, good, calls = deploy(BROKEN="data")
    assert not good and "daybook-small-data failed" in said and stacks(calls)[-1] == "data", said


def check_nothing_happens_without_what_is_needed():
    for told, why in [
        ({"NO_CREDENTIALS": 1}, "no valid AWS credentials"),
        ({"QUOTA": "1.0"}, "quota"),
        ({"ZONES": "1"}, "fewer than two zones"),
        ({"OFFERED": "0"}, "does not offer MySQL 8.4."),
        ({"CHANGED": " M web/src/app.rs"}, "commit your changes first"),
        ({"NO_COMMIT": 1}, "this is no git repository"),
        ({"STACKS": "ROLLBACK_COMPLETE"}, "its first creation failed"),
    ]:
        said, good, calls = deploy(**told)
        assert not good and why in said and not stacks(calls), said
    said, good, calls = deploy(arguments=())
    assert not good and "nothing more was changed" in said and not stacks(calls), said
    for words in (["staging"], ["../small"], [""], ["small", "--please"]):
        done = subprocess.run([ROOT / "infra/deploy", *words], capture_output=True, text=True)
        assert done.returncode == 1 and "usage" in done.stderr, done.stderr


def check_again_and_nothing_to_change():
    said, good, calls = deploy(STACKS="UPDATE_COMPLETE", UNCHANGED=1)
    assert good and said.count("nothing to change") == 7 and not stacks(calls), said


def check_an_update_remembers_the_domain():
    app = lambda calls: next(c for c in calls if "create-change-set" in c and "daybook-small-app" in c)  # noqa: E731
    said, good, calls = deploy(STACKS="UPDATE_COMPLETE", GIVEN="old.example")
    assert good and '"DomainName","ParameterValue":"old.example"' in app(calls), said
    dns = next(c for c in calls if "create-change-set" in c and "daybook-small-dns" in c)
    assert '"HostedZoneId","ParameterValue":"Z2"' in dns, dns
    _, good, calls = deploy(STACKS="UPDATE_COMPLETE", GIVEN="old.example", DOMAIN="team.book.example")
    assert good and '"DomainName","ParameterValue":"team.book.example"' in app(calls)
    _, good, calls = deploy(STACKS="UPDATE_COMPLETE", GIVEN="old.example", DOMAIN="none")
    assert good and "DomainName" not in app(calls)


def check_an_update_takes_no_task_away():
    _, good, calls = deploy(STACKS="UPDATE_COMPLETE", DESIRED=4)
    app = next(c for c in calls if "create-change-set" in c and "daybook-small-app" in c)
    assert good and '"WebDesired","ParameterValue":"4"' in app and '"WorkerDesired","ParameterValue":"4"' in app


def check_data_is_not_replaced_by_the_way():
    said, good, calls = deploy(STACKS="UPDATE_COMPLETE", CHANGES="Modify\tAWS::RDS::DBInstance\tDatabase\tTrue")
    assert not good and "holds data" in said and not stacks(calls), said


def check_what_was_kept_is_taken_back():
    _, good, calls = deploy(KEPT="/vpc/daybook-small")
    assert good and all("--import-existing-resources" in c for c in calls if "create-change-set" in c)
    assert not any("create-stack" in c for c in calls)


def check_a_release_that_was_put_back_is_told():
    said, good, _ = deploy(STACKS="UPDATE_COMPLETE", RUNNING="task:1")
    assert not good and "the old ones were put back" in said, said
    said, good, _ = deploy(ANSWER=503)
    assert not good and "answers 503" in said, said


def check_skip_images():
    said, good, calls = deploy(SKIP_IMAGES=1, IMAGES="")
    assert good, said
    assert not any(c.startswith(("docker", "curl", "aws ecr", "aws ecs run-task", "aws ecs wait")) for c in calls), calls
    assert stacks(calls)[-1] == "alarms"


if __name__ == "__main__":
    checks = [(name, check) for name, check in sorted(globals().items()) if name.startswith("check_")]
    failed = 0
    for name, check in checks:
        try:
            check()
        except AssertionError as error:
            failed += 1
            print(f"{name}: {error}")
    print(f"infra/deploy: {len(checks)} checks, {failed} failed")
    sys.exit(bool(failed))
