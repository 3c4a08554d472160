"""The templates in `templates/`, with everything that comes from a record escaped."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from survival.pages import breaks

_environment = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters["breakable"] = breaks.marked


def render(template: str, **values: object) -> Markup:
    """The template of that name, filled in."""
    return Markup(_environment.get_template(f"{template}.html").render(values).strip())


def tabs(ident: str, panels: list[tuple[str, Markup]]) -> Markup:
    """Panels as Material's content tabs, or the only panel as it is.

    `ident` must be unique on the page: the ids of the tabs are made from it.
    """
    if len(panels) == 1:
        return panels[0][1]
    return render("tabs", ident=ident, panels=panels)
