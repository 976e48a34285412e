"""Reads what checkov found: nothing may fail, and at most four checks may be skipped, each for a reason in the template."""

import json
import sys

MOST = 4


def main(path):
    reports = json.load(open(path))
    reports = reports if isinstance(reports, list) else [reports]
    results = [report["results"] for report in reports if "results" in report]
    failed = [check for result in results for check in result["failed_checks"]]
    skipped = [check for result in results for check in result["skipped_checks"]]
    unreadable = [error for result in results for error in result.get("parsing_errors", [])]
    passed = sum(report["summary"]["passed"] for report in reports if "results" in report)
    for check in failed:
        print(f"{check['file_path']} {check['resource']}: {check['check_id']} {check['check_name']}")
    for check in skipped:
        reason = check["check_result"].get("suppress_comment", "")
        if len(reason) < 40:
            failed.append(check)
            print(f"{check['resource']}: {check['check_id']} is skipped without a reason")
    print(f"checkov: {passed} passed, {len(failed)} failed, {len(skipped)} skipped, {len(unreadable)} unreadable")
    # Fewer than there ever were would mean that it looked at nothing.
    return bool(failed or unreadable) or len(skipped) > MOST or passed < 150


sys.exit(main(sys.argv[1]))
