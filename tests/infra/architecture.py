"""Holds the templates against the table in required.py, and the table against templates with something wrong.

Besides the list in sabotage.py every single value is changed once, and taken away once: a line that none of these changes makes fail would
say nothing, and is an error itself.
"""

import sys

import model
import required
import sabotage


def environments(templates, every=True, **given):
    yield model.Architecture("small", templates, **given)
    yield model.Architecture("production", templates, domain="book.example", **given)
    if every:
        yield model.Architecture("small", templates, domain="book.example")
        yield model.Architecture("production", templates)


def failures(templates, every=True, table=required.TABLE, **given):
    """The lines that do not hold, with what is there instead."""
    found = {}
    try:
        architectures = list(environments(templates, every, **given))
    except Exception as error:
        return {line.text: f"the stacks do not fit together: {error}" for line in table} if every else {}
    for architecture in architectures:
        for line in table:
            try:
                got = line.got(architecture)
                want = required.wanted(required.wanted(line.want, architecture), architecture)
                problem = None if got == want else f"{got!r} instead of {want!r}"
            except Exception as error:
                problem = f"{type(error).__name__}: {error}"
            if problem:
                where = f"{architecture.environment}{' with a domain' if architecture.domain else ''}"
                found.setdefault(line.text, f"{where}: {problem}")
    return found


REFERENCES = ("Ref", "Fn::GetAtt", "Fn::ImportValue")


def values(node, path=()):
    """Everything that can be changed: plain values, and references to something else."""
    if isinstance(node, dict) and not (len(node) == 1 and next(iter(node)) in REFERENCES):
        for key, value in node.items():
            yield from values(value, (*path, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from values(value, (*path, index))
    else:
        yield path, node


def other(value):
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        return value + 1
    if isinstance(value, dict):
        return "network.Elsewhere"
    return {"true": "false", "false": "true"}.get(value) or (str(int(value) + 1) if value.isdecimal() else f"{value}x")


def single_changes(templates):
    """Parameters to give, or templates with one value changed, then taken away, or one resource twice; and changed back."""
    for key, value in (model.parameters("small") | model.parameters("production")).items():
        yield {key: other(value)}
    for stack, template in templates.items():
        resources = template["Resources"]
        for path, value in list(values(resources)):
            if {"Type", "Condition", "Metadata"} & set(path[1:2]):
                continue
            place = resources
            for step in path[:-1]:
                place = place[step]
            place[path[-1]] = other(value)
            yield {}
            if isinstance(place, dict):
                del place[path[-1]]
                yield {}
            place[path[-1]] = value
        for name in list(resources):
            resources["Twice"] = resources[name]
            yield {}
            del resources["Twice"]


def main():
    problems = [f"{text}: {problem}" for text, problem in failures(model.templates()).items()]
    for each in sabotage.LIST:
        templates = model.templates()
        each.change(templates)
        if each.line not in (found := failures(templates)):
            problems.append(f"not noticed by “{each.line}”: {each.text} (noticed by {list(found)})")
    templates = model.templates()
    asleep = [line for line in required.TABLE if line.text not in {each.line for each in sabotage.LIST}]
    for given in single_changes(templates):
        found = failures(templates, every=False, table=asleep, **given)
        asleep = [line for line in asleep if line.text not in found]
    problems += [f"no change makes this line fail: {line.text}" for line in asleep]
    print(*problems, sep="\n")
    print(
        f"{len(required.TABLE)} lines hold in 4 architectures, each fails for some change, and {len(sabotage.LIST)} sabotaged "
        "architectures are noticed"
        if not problems
        else f"{len(problems)} problems"
    )
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
