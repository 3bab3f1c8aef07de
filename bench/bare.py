"""The reference: a Flask and Jinja page of 24 cards, about 17 KB, from memory, without a database."""

from flask import Flask, render_template
from jinja2 import DictLoader

PAGE = """<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>{{ title }}</title></head><body>
<header><a href="/">{{ title }}</a><form action="/products"><input name="q" aria-label="q"></form></header>
<main><h1>{{ title }}</h1><ul>
{% for card in cards %}<li class="product-card"><a class="product-card-link" href="/products/{{ card.slug }}">
<img src="/static/img/goods/{{ card.picture }}.svg" alt="" width="320" height="320" loading="lazy">
<h2 class="product-card-name">{{ card.name }}</h2></a><p class="product-card-place">{{ card.place }}</p>
<p class="product-card-producer">{{ card.producer }}</p>
{% if card.stars %}<p class="badge"><span>OCOP {{ card.stars }} sao</span></p>{% endif %}
<p class="product-card-price">{{ card.price }} ₫
<span class="product-card-unit">/ {{ card.pack }}</span></p>
<p class="product-card-stock">{{ card.stock }}</p></li>
{% endfor %}</ul></main><footer>
{% for link in links %}<a href="{{ link }}">{{ link }}</a> {% endfor %}</footer>
</body></html>"""

CARDS = [
    {
        "slug": f"nuoc-mam-ca-com-loai-{number}",
        "name": f"Nước mắm cá cơm truyền thống loại {number}",
        "picture": "fish-sauce",
        "place": "Phường Phú Thủy, tỉnh Lâm Đồng (Bình Thuận cũ)",
        "producer": "Hợp tác xã chế biến nước mắm minh họa",
        "stars": number % 3 + 3,
        "price": f"{90 + number}.000",
        "pack": "chai 500 ml",
        "stock": "Còn hàng",
    }
    for number in range(24)
]
LINKS = [f"/places/tinh-minh-hoa-{number}" for number in range(12)]

app = Flask(__name__)
app.jinja_loader = DictLoader({"bare.html": PAGE})


@app.get("/")
@app.get("/<int:number>")
def page(number: int = 0) -> str:
    """One page; `number` only makes addresses distinct."""
    return render_template("bare.html", title=f"Trang so sánh {number}", cards=CARDS, links=LINKS)
