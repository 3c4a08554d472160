"""Every field of a record, explained from the schema that reads it: type, bounds, meaning."""

import re
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from survival import records
from survival.errors import PageError, known
from survival.pages.context import Page
from survival.pages.render import render
from survival.records import LINUX, LOCAL, NOT_EXAMPLES, Model

FILES: dict[str, type[Model]] = {
    "Record": records.Record,
    "Machine": records.Machine,
    "Clock": records.Clock,
    "Repeats": records.Repeats,
    "Compiled": records.Compiled,
    "Browser": records.Browser,
    "Messages": records.Messages,
    "Energy": records.Energy,
}
"""What one file holds, by the name that a page uses."""

PATTERNS = {
    r"^[a-z][a-z0-9_]{0,63}$": "lower case letters, digits and _, at most 64",
    r"^[a-z0-9][a-z0-9-]{0,79}$": "lower case letters, digits and -, at most 80",
    r"^[0-9a-f]{16}$": "16 hexadecimal digits",
    r"^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$": "domain:bus:device.function",
    r"^sm_[0-9]{2,3}[a-z]?$": "sm_, two or three digits, and perhaps a letter",
    r"^[A-Za-z_][A-Za-z0-9_]{0,63}$": "letters, digits and _, at most 64",
}
"""The patterns of the schema in words."""

RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

Schema = dict[str, Any]


@dataclass(frozen=True)
class Field:
    """One row of the table."""

    name: str
    type: Markup
    meaning: Markup
    optional: bool


@dataclass(frozen=True)
class Part:
    """One kind of object within a file, and its fields."""

    name: str
    meaning: Markup
    fields: tuple[Field, ...]


def parts(name: str) -> list[Part]:
    """The file of that name and every kind of object in it, each before those that it holds.

    Raises PageError, naming the files that exist.
    """
    if name not in FILES:
        raise PageError(known("file", name, FILES))
    schema = FILES[name].model_json_schema()
    kinds: dict[str, Schema] = {name: schema}
    todo = [schema]
    while todo:
        for ref in re.findall(r"#/\$defs/(\w+)", str(todo.pop(0)["properties"])):
            if ref not in kinds:
                kinds[ref] = schema["$defs"][ref]
                todo.append(kinds[ref])
    return [_part(kind, found) for kind, found in kinds.items()]


def table(part: Part) -> Markup:
    """What a kind of object is, and its fields."""
    return render("fields", part=part)


def downloads(page: Page) -> Markup:
    """Every file of every machine, to be taken as it is."""
    results = page.evidence.results
    machines = []
    for folder in results.order():
        names = ["machine.json", *(f"{n}.json" for n in results.records[folder])]
        # Read by pages of their own; here they are only offered.
        names += [
            n for n in NOT_EXAMPLES if n not in names and (page.folders[0] / folder / n).is_file()
        ]
        title = f"{'This machine: ' * (folder == LOCAL)}{results.machines[folder].title}"
        machines.append((title, [(n, f"{page.to_root}results/{folder}/{n}") for n in names]))
    if compiled := results.compiled.values():
        files = [(f"{r.example}.json", f"{page.to_root}{r.path}") for r in compiled]
        machines.append(("What the compiler made of the kernels", files))
    if messages := results.messages.values():
        files = [(f"{r.library}.json", f"{page.to_root}{r.path}") for r in messages]
        machines.append(("Error messages and profiles: what programs said", files))
    if installs := results.installs.values():
        files = [(f"{LINUX}.json", f"{page.to_root}{r.path}") for r in installs]
        machines.append(("What tools install", files))
    return render("downloads", machines=machines)


def _part(name: str, schema: Schema) -> Part:
    fields = [
        Field(
            field,
            _type(found),
            _words(found.get("description", "")),
            field not in schema.get("required", ()),
        )
        for field, found in schema["properties"].items()
    ]
    meaning = re.sub(r"\s+", " ", schema.get("description", "").split("\n\n")[0])
    return Part(name, _words(meaning), tuple(fields))


def _words(text: str) -> Markup:
    """A docstring, with its code as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def _type(schema: Schema) -> Markup:
    """What a value may be, with its bounds."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return Markup('<a href="#{}">{}</a>').format(anchor(name), name)
    if "anyOf" in schema:
        return Markup(" or ").join(_type(s) for s in schema["anyOf"])
    if "const" in schema:
        return Markup("<code>{}</code>").format(schema["const"])
    if "enum" in schema:
        return Markup(", ").join(Markup("<code>{}</code>").format(v) for v in schema["enum"])
    kind = schema["type"]
    if kind == "array":
        each = schema["items"] if "items" in schema else schema["prefixItems"][0]  # all alike
        return Markup("list") + _length(schema, "Items") + ", each: " + _type(each)
    if kind == "object":
        named = schema.get("additionalProperties") or next(
            iter(schema["patternProperties"].values())
        )
        values = {"integer": "whole number", "string": "text"}.get(named.get("type", ""))
        return (values or _type(named)) + Markup(" by name") + _length(schema, "Properties")
    if kind in ("integer", "number"):
        return Markup("whole number" if kind == "integer" else "number") + _bounds(schema)
    if kind == "string":
        return _text(schema)
    return Markup({"boolean": "true or false", "null": "null"}[kind])


def _text(schema: Schema) -> Markup:
    if schema.get("format") == "date-time":
        return Markup("date and time")
    if "pattern" in schema:
        return Markup("text: ") + escape(PATTERNS.get(schema["pattern"], schema["pattern"]))
    return Markup("text") + _length(schema, "Length", "characters")


def _length(schema: Schema, kind: str, unit: str = "") -> Markup:
    low, high = schema.get(f"min{kind}", 0), schema.get(f"max{kind}")
    if high is None:
        return Markup("")
    words = f"{low:,} to {high:,}" if low else f"at most {high:,}"
    return Markup(", ") + escape(f"{words} {unit}".strip())


def _bounds(schema: Schema) -> Markup:
    said = [
        Markup("{} {}").format(words, _number(schema[key]))
        for key, words in (
            ("minimum", "at least"),
            ("exclusiveMinimum", "above"),
            ("maximum", "at most"),
            ("exclusiveMaximum", "below"),
        )
        if key in schema
    ]
    return Markup("").join(Markup(", ") + words for words in said)


def _number(value: float) -> Markup:
    """A bound as a person writes it: a large power of two or ten as a power."""
    for base in (10, 2):
        for power in range(6, 70):
            if value == base**power:
                return Markup(f"{base}{str(power).translate(RAISED)}")
    return Markup(f"{value:g}")


def anchor(name: str) -> str:
    """The id of the heading of a kind of object."""
    return f"field-{name.lower()}"
