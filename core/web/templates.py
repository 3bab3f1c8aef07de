"""Templates, compiled for each language on its own.

A message without values is a constant once the language is known: it becomes part of the text around it, and with it
the choices between languages and the addresses of our own files. A page has a hundred of them, a third of its cost.
"""

from typing import Any

from flask import Flask
from flask.templating import Environment
from jinja2 import Template, nodes
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from jinja2.visitor import NodeTransformer

from core.assets import asset_url
from core.i18n import DEFAULT_LANGUAGE, current_language, markup_gettext, speaking


class OurTemplate(Template):
    """A template whose macros are imported without ado.

    At every `{% from … import … %}` Jinja looks whether the page has globals that the imported template lacks: a
    tenth of what a page costs. Here all templates have the same globals.
    """

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        return self._module or super()._get_default_module()


class LanguageEnvironment(Environment):
    """Hands out templates in the language of the present request. language: that of the templates kept in this one."""

    template_class = OurTemplate

    def __init__(self, app: Flask, **options: Any) -> None:
        super().__init__(app, **options)
        self.language = DEFAULT_LANGUAGE
        self._by_language = {self.language: self}

    def get_template(self, *arguments: Any, **options: Any) -> Template:
        return super(LanguageEnvironment, self._spoken()).get_template(*arguments, **options)

    def select_template(self, *arguments: Any, **options: Any) -> Template:
        return super(LanguageEnvironment, self._spoken()).select_template(*arguments, **options)

    def _spoken(self) -> "LanguageEnvironment":
        """The environment of the present language: same settings and globals, templates of its own."""
        language = current_language()
        environment = self._by_language.get(language)
        if environment is None:
            environment = self.overlay()
            environment.language = language
            self._by_language[language] = environment
        return environment

    def _generate(self, source: nodes.Template, *arguments: Any, **options: Any) -> str:
        """Jinja's own hook between reading a template and writing its code."""
        with speaking(self.language):
            settled: nodes.Template = _Settled().visit(source)
        return super()._generate(settled, *arguments, **options)


class _Settled(NodeTransformer):
    """Calls whose answer the language alone decides, replaced by the answer."""

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 (Jinja's name)
        self.generic_visit(node)
        settle = _SETTLED.get(node.node.name) if isinstance(node.node, nodes.Name) else None
        is_constant = all(isinstance(each, nodes.Const) for each in node.args)
        if settle is None or not is_constant or node.kwargs or node.dyn_args or node.dyn_kwargs:
            return node
        return nodes.Const(settle(*(each.value for each in node.args)), lineno=node.lineno)  # type: ignore[attr-defined]


_SETTLED: Any = {
    "_": markup_gettext,
    "gettext": markup_gettext,
    "current_language": current_language,
    "asset_url": asset_url,
}
