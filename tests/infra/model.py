"""Works out from the templates in infra/ what an environment would have, without AWS.

Conditions, parameters and imports are resolved as CloudFormation does it. A resource is referred to as "stack.LogicalId", an
attribute of one as "stack.LogicalId.Attribute", so that what belongs together can be followed through all stacks.
"""

import copy
import functools
import json
import pathlib
import re

import yaml

INFRA = pathlib.Path(__file__).parents[2] / "infra"
STACKS = ["network", "security", "data", "platform", "dns", "app", "edge", "alarms"]
NOTHING = object()


class _Loader(yaml.SafeLoader):
    pass


def _tag(loader, suffix, node):
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".")
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _tag)


@functools.cache
def _read():
    return {stack: yaml.load((INFRA / f"{stack}.yaml").read_text(), _Loader) for stack in STACKS}


def templates():
    """A copy of all templates, by stack, to be changed at will."""
    return copy.deepcopy(_read())


@functools.cache
def parameters(environment):
    pairs = json.loads((INFRA / "parameters" / f"{environment}.json").read_text())
    return {pair["ParameterKey"]: pair["ParameterValue"] for pair in pairs}


class Architecture:
    """What infra/deploy would make of the templates."""

    def __init__(self, environment, templates, domain="", **given):
        self.environment = environment
        self.domain = domain
        self.given = {
            "Name": f"daybook-{environment}",
            "ImageTag": "0123456789ab",
            "DomainName": domain,
            "HostedZoneId": "Z1",
            "AlarmEmail": "ops@book.example",
        }
        self.given |= parameters(environment) | given
        self.exports = {}
        self.outputs = {}
        # "stack.LogicalId": the resource, with its properties resolved
        self.resources = {}
        for stack in STACKS:
            if stack != "dns" or domain:
                self._make(stack, templates[stack])

    def _make(self, stack, template):
        declared = template.get("Parameters", {})
        scope = {key: self.given.get(key, str(value.get("Default", ""))) for key, value in declared.items()}
        for key, value in declared.items():
            assert key in self.given or "Default" in value, f"{stack}: nobody says {key}"
        resolver = _Resolver(stack, template, scope, self.exports)
        for key, resource in template["Resources"].items():
            if "Condition" not in resource or resolver.condition(resource["Condition"]):
                properties = resolver.resolve(resource.get("Properties", {}))
                self.resources[f"{stack}.{key}"] = {**resource, "Properties": properties}
        for key, output in template.get("Outputs", {}).items():
            if "Condition" not in output or resolver.condition(output["Condition"]):
                value = resolver.resolve(output["Value"])
                self.outputs[f"{stack}.{key}"] = value
                if "Export" in output:
                    name = resolver.resolve(output["Export"]["Name"])
                    assert name not in self.exports, f"two exports are called {name}"
                    self.exports[name] = value

    # ---- questions

    def all(self, kind):
        return {key: r["Properties"] for key, r in self.resources.items() if r["Type"] == f"AWS::{kind}"}

    def one(self, kind):
        found = list(self.all(kind).values())
        assert len(found) == 1, f"{len(found)} of {kind}"
        return found[0]

    def __getitem__(self, key):
        return self.resources[key]["Properties"]

    def called(self, reference):
        """The Name tag of the resource that is referred to."""
        stack, key = reference.split(".")[:2]
        tags = self[f"{stack}.{key}"].get("Tags", [])
        return next((tag["Value"] for tag in tags if tag["Key"] == "Name"), f"{stack}.{key}")

    def named(self, kind, name):
        """The one resource of that kind with that Name tag, and how it is referred to."""
        found = [(key, p) for key, p in self.all(kind).items() if self.called(key) == name]
        assert len(found) == 1, f"{len(found)} of {kind} are called {name}"
        return found[0]


class _Resolver:
    def __init__(self, stack, template, scope, exports):
        self.stack, self.template, self.scope, self.exports = stack, template, scope, exports
        self.known = set(template["Resources"])

    def condition(self, name):
        return self.truth(self.template["Conditions"][name])

    def truth(self, node):
        [(function, value)] = node.items()
        if function == "Condition":
            return self.condition(value)
        if function == "Fn::Equals":
            return str(self.resolve(value[0])) == str(self.resolve(value[1]))
        if function == "Fn::Not":
            return not self.truth(value[0])
        if function == "Fn::And":
            return all(self.truth(each) for each in value)
        raise NotImplementedError(function)

    def resolve(self, node):
        if isinstance(node, list):
            return [value for value in map(self.resolve, node) if value is not NOTHING]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            [(function, value)] = node.items()
            if function == "Ref" or function.startswith("Fn::"):
                return self.call(function.removeprefix("Fn::"), value)
        resolved = {key: self.resolve(value) for key, value in node.items()}
        return {key: value for key, value in resolved.items() if value is not NOTHING}

    def call(self, function, value):
        if function == "Ref":
            return self.ref(value)
        if function == "GetAtt":
            return self.ref(value[0]) + "." + value[1]
        if function == "Sub":
            text, extra = value if isinstance(value, list) else (value, {})
            extra = {key: self.resolve(each) for key, each in extra.items()}
            return re.sub(r"\$\{([A-Za-z0-9:.]+)\}", lambda found: str(self.named(found[1], extra)), text)
        if function == "ImportValue":
            name = self.resolve(value)
            assert name in self.exports, f"{self.stack}: nobody exports {name}"
            return self.exports[name]
        if function == "If":
            return self.resolve(value[1] if self.condition(value[0]) else value[2])
        if function == "Select":
            return self.resolve(value[1])[int(value[0])]
        if function == "Split":
            return self.resolve(value[1]).split(value[0]) + ["…"]
        if function == "GetAZs":
            return ["us-east-1a", "us-east-1b", "us-east-1c"]
        raise NotImplementedError(function)

    def named(self, name, extra):
        if name in extra:
            return extra[name]
        resource, _, attribute = name.partition(".")
        return self.ref(name) if not attribute else f"{self.ref(resource)}.{attribute}"

    def ref(self, name):
        pseudo = {
            "AWS::NoValue": NOTHING,
            "AWS::Region": "us-east-1",
            "AWS::AccountId": "123456789012",
            "AWS::Partition": "aws",
            "AWS::URLSuffix": "amazonaws.com",
        }
        if name in pseudo:
            return pseudo[name]
        if name in self.scope:
            return self.scope[name]
        assert name in self.known, f"{self.stack}: there is no {name}"
        return f"{self.stack}.{name}"
