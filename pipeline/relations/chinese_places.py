"""Where something is or plays a role: 位于 X, 在 X 中发挥作用, 在 X 作用下, 将 X 转移至 Y."""

from __future__ import annotations

from pipeline.relations.reader import Reader
from pipeline.relations.triggers import TRIGGER_KINDS, Item


class PlaceReader(Reader):
    """Reads places and roles. moved: what 将 stands before, which the subject moves."""

    def __init__(self) -> None:
        super().__init__()
        self.moved: Item | None = None

    def _role(self, items: list[Item], at: int) -> int:
        """X 在 Y 中发挥作用: involved_in, or what the kind of the role says."""
        for index in range(at + 1, min(at + 7, len(items))):
            if items[index].kind == "nominal" or (items[index].cue and items[index].type in self.TURNS):
                place, self.place = self.place, None
                noun = items[index]
                if place is None and self.sources and self.means_only:
                    place = Item("group", 0, 0, members=tuple(s.mention for s in self.sources))
                    self.sources = []
                if place is not None:
                    plain = noun.word in ("作用", "角色")
                    self.active(noun, place, 1, "involved_in" if plain else noun.type)
                    return index + 1
                return at + 1
            if items[index].kind in ("comma", "group"):
                break
        return at + 1

    def _locate(self, items: list[Item], at: int) -> int:
        item = items[at]
        heads, agents = self.subject(), self.agents
        if self.moved is not None:
            heads = list(self.moved.members)
            if self.noun is not None:
                self.act(self.noun)
            agents = [] if self.noun is None and self.noun_foreign else self.agents
        elif at > 1 and items[at - 1].kind == "group" and items[at - 2].type in self.TURNS and self.noun is None:
            heads = list(items[at - 1].members)  # 促使 X 进入 Y
        if self.passive:
            heads = list(self.patient.members) if self.patient else [a.mention for a in self.agents]
        for index in range(at + 1, len(items)):
            other = items[index]
            if other.kind == "group":
                if item.kind == "hold" and other.members[-1].type != "gene":
                    break
                self.place_in(item, heads, other)
                if self.moved is not None:
                    self.agents, self.moved = agents, None
                return index + 1
            if other.kind not in ("other", "fill", "prop", "de", "class", "quote"):
                break
        return at + 1

    def _part(self, item: Item) -> None:
        """X 是 Y 的成分, X 是 Y 的调节因子."""
        if self.topic is None or self.noun is None or self.topic is self.noun:
            return
        if item.kind == "part":
            self.place_in(item, list(self.topic.members), self.noun)
        elif self.noun.members[-1].type == "process":
            target, self.noun = self.noun, self.topic
            self.active(item, target, 1, item.type)

    def _without_place(self, items: list[Item]) -> list[Item]:
        """The clause without 在…中: kept as the place of a role, as a cause (在 X 作用下), or not at all."""
        result: list[Item] = []
        at = 0
        while at < len(items):
            close = self._closing(items, at) if items[at].kind == "in" else None
            if close is None:
                if items[at].kind == "in":
                    following = items[at + 1 : at + 2]
                    if following and following[0].kind == "group" and following[0].members[0].type == "organelle":
                        at += 1
                    while at + 1 < len(items) and items[at + 1].kind in ("other", "prop", "fill"):
                        at += 1
                else:
                    result.append(items[at])
                at += 1
                continue
            inside = items[at + 1 : close]
            groups = [i for i in inside if i.kind == "group"]
            if groups and groups[-1].members[-1].type == "organelle":
                self.where = groups[-1]
            role = any(i.kind == "role" for i in items[close:])
            if any(i.kind in TRIGGER_KINDS and i.kind != "class" for i in inside) and role:
                result += inside
            elif groups and items[close].kind == "cause" and inside[-1].kind in ("group", "prop", "de"):
                self.act(groups[-1], cause=True)
            elif groups and role and inside[-1].kind != "other":
                self.place = groups[-1]
            elif groups and groups[-1].turned:
                self.act(groups[-1], cause=True)
            at = close + 1
        return result

    def _closing(self, items: list[Item], at: int) -> int | None:
        return next((i for i in range(at + 1, len(items)) if items[i].kind in ("inend", "after", "cause")), None)
