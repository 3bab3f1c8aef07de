"""The register and the shop window: Producer, Product, Variant, Place, Certification and other certificates.

Leans on `core`. Which stars may be shown on a day is answered by `stars`, from records alone.
"""
