"""Validates every document of many YAML texts against a JSON Schema, as different readers of YAML would hand it over.

stdin:  {"schema": {…}, "texts": ["…"]}
stdout: for each text a list with an entry for each document that is not empty, or null where the text is no YAML:
        {TYPING: {"error": null | "…", "lossy": bool, "null": bool}} with the typings

  text    every scalar is text: what Tenure reads
  core    YAML 1.2 core schema, as editors have it; keys stay text
  yaml11  YAML 1.1, as PyYAML has it, but dates stay text; keys as JSON writes them

`lossy`: some scalar's text cannot be told from what became of it. `null`: a text such as `~` has become null.
"""

import json
import re
import sys

import jsonschema
import yaml

CORE = [
    (re.compile(r"~|null|Null|NULL"), lambda text: None),
    (re.compile(r"true|True|TRUE|false|False|FALSE"), lambda text: text.lower() == "true"),
    (re.compile(r"[-+]?[0-9]+"), int),
    (re.compile(r"0o[0-7]+"), lambda text: int(text[2:], 8)),
    (re.compile(r"0x[0-9a-fA-F]+"), lambda text: int(text[2:], 16)),
    (re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"), float),
    (re.compile(r"[-+]?\.(inf|Inf|INF)"), lambda text: float(text.lower().replace(".", ""))),
    (re.compile(r"\.(nan|NaN|NAN)"), lambda text: float("nan")),
]
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
SAFE = yaml.SafeLoader("")


def core(node):
    for pattern, read in CORE:
        if pattern.fullmatch(node.value):
            return read(node.value)
    return node.value


def yaml11(node):
    kind = node.tag.rpartition(":")[2]
    if kind not in ("null", "bool", "int", "float"):
        return node.value
    try:
        return SAFE.construct_object(node, deep=True)
    except ValueError:
        return node.value


class Instance:
    """One document under one typing."""

    def __init__(self, root, typing):
        self.typing, self.lossy, self.null = typing, False, False
        self.value = self.of(root)

    def scalar(self, node, is_key=False):
        if node.style:
            return node.value
        if node.value == "":
            return None
        value = {"text": lambda node: node.value, "core": core, "yaml11": yaml11}[self.typing](node)
        if not isinstance(value, str):
            # Which texts come back as they were: those of any length do not.
            is_same = (
                isinstance(value, (bool, int))
                and len(node.value) < 16
                and json.dumps(value) == node.value
            )
            self.lossy = self.lossy or not is_same
            self.null = self.null or (value is None and not is_key)
        return value

    def of(self, node):
        if isinstance(node, yaml.ScalarNode):
            return self.scalar(node)
        if isinstance(node, yaml.SequenceNode):
            return [self.of(item) for item in node.value]
        own, merged = {}, {}
        for key, value in node.value:
            if not key.style and key.value == "<<":
                for source in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                    for name, part in self.of(source).items():
                        merged.setdefault(name, part)
            else:
                own[self.key(key)] = self.of(value)
        return {**merged, **own}

    def key(self, node):
        if self.typing == "core":
            return node.value
        value = self.scalar(node, is_key=True)
        return value if isinstance(value, str) else "" if node.value == "" else json.dumps(value)


def pattern(validator, text, instance, schema):
    # `$` is the end and nothing else in the regular expressions of JSON Schema (ECMA-262).
    if validator.is_type(instance, "string") and not re.search(re.sub(r"\$$", r"\\Z", text), instance):
        yield jsonschema.ValidationError(f"{instance!r} is not {text!r}")


def main():
    work = json.load(sys.stdin)
    base = jsonschema.Draft202012Validator
    base.check_schema(work["schema"])
    validator = jsonschema.validators.extend(base, {"pattern": pattern})(work["schema"])

    def verdict(root, typing):
        instance = Instance(root, typing)
        error = next(validator.iter_errors(instance.value), None)
        text = None if error is None else f"{error.json_path}: {error.message}"[:300]
        return {"error": text, "lossy": instance.lossy, "null": instance.null}

    result = []
    for text in work["texts"]:
        try:
            roots = [root for root in yaml.compose_all(text, Loader=LOADER) if root is not None]
            roots = [r for r in roots if not (isinstance(r, yaml.ScalarNode) and not r.style and r.value == "")]
            result.append([{t: verdict(root, t) for t in ("text", "core", "yaml11")} for root in roots])
        except (yaml.YAMLError, RecursionError, AttributeError) as error:
            result.append(None)
    json.dump(result, sys.stdout)


main()
