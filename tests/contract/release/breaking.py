"""Finds the changes to an OpenAPI document that break a client of the released document.

    breaking.py RELEASED CHANGED

Prints each break with its JSON pointer. Exits with 1 if there is a break that the version does not announce. The version
announces breaks by a higher major number or, while the major number is 0, by a higher minor number.

The rules for a schema depend on its use. The gateway must still accept everything that a client may send, so a request
schema may only become wider. A client must still understand every answer, so an answer schema may gain properties but no
new kinds of values.
"""

import json
import sys
from pathlib import Path

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
REQUESTS, ANSWERS = "requests", "answers"

FLOORS = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
CEILINGS = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
# Any change to these in a request counts as narrower, because two patterns cannot be compared in general.
RULES = ("pattern", "multipleOf", "uniqueItems")
TYPES = {"string", "integer", "number", "boolean", "object", "array"}


def breaks(released, changed):
    """Returns the breaks without duplicates, as pairs of a JSON pointer and a description."""
    comparison = Comparison(released, changed)
    comparison.documents()
    return list(comparison.found)


def announced(released, changed):
    """Returns whether the version of the changed document announces breaks."""
    old, new = (
        [int(part) for part in document["info"]["version"].split("-")[0].split(".")[:2]]
        for document in (released, changed)
    )
    return new[0] > old[0] or new[0] == old[0] == 0 and new[1] > old[1]


def pointer(base, *parts):
    escaped = (str(part).replace("~", "~0").replace("/", "~1") for part in parts)
    return "/".join([base, *escaped])


class Comparison:
    def __init__(self, released, changed):
        self.released, self.changed = released, changed
        self.found = {}
        self.compared = set()

    def say(self, at, what):
        self.found[at, what] = None

    def documents(self):
        old, new = self.released, self.changed
        for path, item in old.get("paths", {}).items():
            at = pointer("#/paths", path)
            if path not in new.get("paths", {}):
                self.say(at, "path removed")
                continue
            for method in item.keys() & set(METHODS):
                self.operation(pointer(at, method), item, new["paths"][path], method)
        schemes = new.get("components", {}).get("securitySchemes", {})
        for name, scheme in old.get("components", {}).get("securitySchemes", {}).items():
            if without_prose(scheme) != without_prose(schemes.get(name, {})):
                self.say(pointer("#/components/securitySchemes", name), "security scheme changed")

    def operation(self, at, old_item, new_item, method):
        old, new = old_item[method], new_item.get(method)
        if new is None:
            return self.say(at, "operation removed")
        if old.get("operationId") != new.get("operationId"):
            self.say(pointer(at, "operationId"), "operationId changed")
        self.security(at, old, new)
        self.parameters(at, self.parameters_of(0, old_item, old), self.parameters_of(1, new_item, new))
        self.request_body(pointer(at, "requestBody"), old.get("requestBody"), new.get("requestBody"))
        self.responses(pointer(at, "responses"), old.get("responses", {}), new.get("responses", {}))

    def security(self, at, old, new):
        accepted = new.get("security", self.changed.get("security")) or [{}]
        for known in old.get("security", self.released.get("security")) or [{}]:
            if not any(satisfies(known, wanted) for wanted in accepted):
                return self.say(pointer(at, "security"), "security added")

    def parameters_of(self, side, item, operation):
        both = item.get("parameters", []) + operation.get("parameters", [])
        resolved = (self.resolve(side, "", parameter)[1] for parameter in both)
        return {(parameter["in"], parameter["name"]): parameter for parameter in resolved}

    def parameters(self, at, old, new):
        for key in old.keys() | new.keys():
            here = pointer(at, "parameters", *key)
            if key not in new:
                self.say(here, "parameter removed")
            elif new[key].get("required") and not old.get(key, {}).get("required"):
                self.say(here, "parameter required")
            if key in old and key in new:
                for trait in ("style", "explode"):
                    if old[key].get(trait) != new[key].get(trait):
                        self.say(pointer(here, trait), "parameter written differently")
                self.schema(pointer(here, "schema"), old[key].get("schema", {}), new[key].get("schema", {}), REQUESTS)

    def request_body(self, at, old, new):
        old, new = (self.resolve(side, at, body or {})[1] for side, body in ((0, old), (1, new)))
        if old and not new:
            return self.say(at, "request body removed")
        if new.get("required") and not old.get("required"):
            self.say(at, "request body required")
        self.content(at, old, new, REQUESTS)

    def responses(self, at, old, new):
        for status in new.keys() - old.keys():
            if status.startswith("2"):
                self.say(pointer(at, status), "success status added")
        for status, response in old.items():
            here = pointer(at, status)
            if status not in new:
                self.say(here, "status removed")
                continue
            before, after = self.resolve(0, here, response)[1], self.resolve(1, here, new[status])[1]
            for name, header in before.get("headers", {}).items():
                there = pointer(here, "headers", name)
                if name not in after.get("headers", {}):
                    self.say(there, "header removed from answers")
                else:
                    kept = after["headers"][name]
                    self.schema(pointer(there, "schema"), header.get("schema", {}), kept.get("schema", {}), ANSWERS)
            self.content(here, before, after, ANSWERS)

    def content(self, at, old, new, side):
        for media_type, known in old.get("content", {}).items():
            here = pointer(at, "content", media_type)
            if media_type not in new.get("content", {}):
                self.say(here, f"media type removed from {side}")
                continue
            kept = new["content"][media_type]
            self.schema(pointer(here, "schema"), known.get("schema", {}), kept.get("schema", {}), side)

    def schema(self, at, old, new, side):
        old_null, old = split_null(old)
        new_null, new = split_null(new)
        if old_null and not new_null and side == REQUESTS:
            self.say(at, "null refused in requests")
        if new_null and not old_null and side == ANSWERS:
            self.say(at, "null possible in answers")
        # This ends recursion, and compares a shared schema only once for requests and once for answers.
        once = (old.get("$ref", at), new.get("$ref", at), side)
        if once in self.compared:
            return
        self.compared.add(once)
        at, old = self.resolve(0, at, old)
        new = self.resolve(1, at, new)[1]
        if alternatives(old) or alternatives(new):
            return self.alternatives(at, old, new, side)
        self.types(at, old, new, side)
        self.choices(at, old, new, side)
        if old.get("format") != new.get("format"):
            self.say(pointer(at, "format"), f"format changed in {side}")
        if side == REQUESTS:
            self.limits(at, old, new)
        self.members(at, old, new, side)

    def alternatives(self, at, old, new, side):
        known, offered = alternatives(old), alternatives(new)
        before, after = tag_of(old), tag_of(new)
        if before != after:
            self.say(pointer(at, "discriminator"), f"discriminator changed in {side}")
        if side == REQUESTS:
            for key in known.keys() - offered.keys():
                self.say(at, f"alternative removed from requests: {key}")
        else:
            for key in offered.keys() - known.keys():
                self.say(at, f"alternative added to answers: {key}")
        keyword = "oneOf" if "oneOf" in old else "anyOf"
        for key in known.keys() & offered.keys():
            self.schema(pointer(at, keyword, key), known[key], offered[key], side)

    def types(self, at, old, new, side):
        known, offered = types(old), types(new)
        if side == REQUESTS and known - offered:
            self.say(pointer(at, "type"), f"type narrowed in requests: no {listed(known - offered)}")
        if side == ANSWERS and offered - known:
            self.say(pointer(at, "type"), f"type widened in answers: {listed(offered - known)}")

    def choices(self, at, old, new, side):
        known, offered = choices(old), choices(new)
        here = pointer(at, "enum")
        if side == REQUESTS and offered is not None:
            if known is None:
                self.say(here, "values narrowed to an enum in requests")
            elif known - offered:
                self.say(here, f"enum value removed from requests: {listed(known - offered)}")
        if side == ANSWERS and known is not None:
            if offered is None:
                self.say(here, "values no longer an enum in answers")
            elif offered - known:
                self.say(here, f"enum value added to answers: {listed(offered - known)}")

    def limits(self, at, old, new):
        for rules, narrower in ((FLOORS, lambda a, b: b > a), (CEILINGS, lambda a, b: b < a)):
            for rule in rules:
                if rule in new and (rule not in old or narrower(old[rule], new[rule])):
                    self.say(pointer(at, rule), "limit narrowed in requests")
        for rule in RULES:
            if new.get(rule) and old.get(rule) != new[rule]:
                self.say(pointer(at, rule), "limit narrowed in requests")
        if old.get("default") != new.get("default"):
            self.say(pointer(at, "default"), "default changed in requests")

    def members(self, at, old, new, side):
        known, offered = old.get("properties", {}), new.get("properties", {})
        for name in known.keys() - offered.keys():
            self.say(pointer(at, "properties", name), f"property removed from {side}")
        required, demanded = set(old.get("required", [])), set(new.get("required", []))
        if side == REQUESTS:
            for name in demanded - required:
                self.say(pointer(at, "properties", name), "property required in requests")
        else:
            for name in (required - demanded) & offered.keys():
                self.say(pointer(at, "properties", name), "property no longer sure in answers")
        for name in known.keys() & offered.keys():
            self.schema(pointer(at, "properties", name), known[name], offered[name], side)

        open_then, open_now = old.get("additionalProperties", True), new.get("additionalProperties", True)
        if side == REQUESTS and open_then is not False and open_now is False:
            self.say(pointer(at, "additionalProperties"), "further properties refused in requests")
        elif isinstance(open_then, dict) or isinstance(open_now, dict):
            self.schema(pointer(at, "additionalProperties"), as_schema(open_then), as_schema(open_now), side)
        for keyword in ("items", "propertyNames"):
            if keyword in old or keyword in new:
                self.schema(pointer(at, keyword), old.get(keyword, {}), new.get(keyword, {}), side)

    def resolve(self, side, at, found):
        """Returns the schema to which a reference leads, with the default beside the reference, and its JSON pointer."""
        beside = {name: found[name] for name in ("default",) if "$ref" in found and name in found}
        while "$ref" in found:
            at = found["$ref"]
            found = (self.released, self.changed)[side]
            for part in at.removeprefix("#/").split("/"):
                found = found[part.replace("~1", "/").replace("~0", "~")]
        return at, {**found, **beside} if beside else found


def satisfies(known, wanted):
    """Returns whether a client with the known credentials also has the required credentials."""
    return all(name in known and set(scopes) <= set(known[name]) for name, scopes in wanted.items())


def without_prose(scheme):
    return {name: value for name, value in scheme.items() if name != "description"}


def split_null(schema):
    """Returns whether null is allowed, and the schema of all other values."""
    for keyword in ("oneOf", "anyOf"):
        if keyword in schema:
            others = [each for each in schema[keyword] if each.get("type") != "null"]
            rest = {**schema, keyword: others} if len(others) > 1 else others[0]
            return len(others) < len(schema[keyword]), rest
    if isinstance(schema.get("type"), list) and "null" in schema["type"]:
        rest = {**schema, "type": [each for each in schema["type"] if each != "null"]}
        if "enum" in schema:
            rest["enum"] = [each for each in schema["enum"] if each is not None]
        return True, rest
    return False, schema


def alternatives(schema):
    """Returns the schemas of a union, keyed by the tag that selects each, or otherwise by reference or position."""
    members = schema.get("oneOf") or schema.get("anyOf") or []
    mapping = schema.get("discriminator", {}).get("mapping", {})
    if mapping:
        return {tag: {"$ref": reference} for tag, reference in mapping.items()}
    return {member.get("$ref", str(index)): member for index, member in enumerate(members)}


def tag_of(schema):
    return schema.get("discriminator", {}).get("propertyName")


def types(schema):
    named = schema.get("type", list(TYPES))
    named = {named} if isinstance(named, str) else set(named)
    return named | {"integer"} if "number" in named else named


def choices(schema):
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    return None if values is None else {json.dumps(value) for value in values}


def as_schema(further):
    return further if isinstance(further, dict) else {}


def listed(names):
    return ", ".join(sorted(names))


def main(released, changed):
    released, changed = (json.loads(Path(each).read_text()) for each in (released, changed))
    found = sorted(breaks(released, changed))
    for at, what in found:
        print(f"{at}: {what}")
    if not found:
        print("nothing breaks a client of the release")
        return 0
    versions = f"{released['info']['version']} -> {changed['info']['version']}"
    if announced(released, changed):
        print(f"{len(found)} breaks, announced by the version {versions}")
        return 0
    print(f"{len(found)} breaks, not announced by the version {versions}")
    return 1


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
