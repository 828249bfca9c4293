"""Walks along the edges of a graph: closed ones that use every edge once, and branches that end in nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Edge = tuple[int, int]


def closed_walks(edges: Sequence[Edge]) -> list[tuple[int, ...]]:
    """Return closed walks over vertices that use each edge once and pass no vertex twice.

    Vertices with an odd number of edges, left by rounding, end a walk; what remains open there is left out.
    """
    unused = _neighbours(edges)
    walks: list[tuple[int, ...]] = []
    for start in list(unused):
        while unused[start]:
            path, place = [start], {start: 0}
            while unused[path[-1]]:
                following = unused[path[-1]].pop()
                unused[following].remove(path[-1])
                if following in place:
                    cut = place[following]
                    walks.append(tuple(path[cut:]))
                    for vertex in path[cut + 1 :]:
                        del place[vertex]
                    path = path[: cut + 1]
                else:
                    place[following] = len(path)
                    path.append(following)
    return walks


def dead_ends(edges: Sequence[Edge], *, anchored: Iterable[Edge]) -> list[tuple[int, ...]]:
    """Return the branches, as open walks, that hang on the rest at one end only.

    ``anchored`` are edges whose vertices hold; a path between two of them is a bridge, not a branch.
    """
    unused = _neighbours(edges)
    holding = {vertex for edge in anchored for vertex in edge}
    branches: list[tuple[int, ...]] = []
    tips = [vertex for vertex, others in unused.items() if len(others) == 1 and vertex not in holding]
    while tips:
        tip = tips.pop()
        if len(unused[tip]) != 1:
            continue
        branch = [tip]
        while len(unused[branch[-1]]) == 1 and (len(branch) == 1 or branch[-1] not in holding):
            following = unused[branch[-1]].pop()
            unused[following].remove(branch[-1])
            branch.append(following)
        branches.append(tuple(branch))
    return branches


def _neighbours(edges: Sequence[Edge]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for a, b in edges:
        found.setdefault(a, []).append(b)
        found.setdefault(b, []).append(a)
    return found
