"""What tests of the resolver share: the namespace, and the linkset of an address."""

LINKSET = "application/linkset+json"
VOC = "https://gs1.org/voc/"


def linkset_of(client, path, **headers):
    """The things of the linkset of `path`, the broadest first."""
    answer = client.get(f"{path}?linkType=linkset", headers=headers)
    assert answer.status_code == 200
    return answer.json["linkset"]


def kinds(thing):
    """Names of the link types of a thing."""
    return {name.removeprefix(VOC) for name in thing if name.startswith(VOC)}
