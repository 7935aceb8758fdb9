"""Carries out plans action by action, and looks at the state after each: no prefix of a plan may newly break a rule.

It knows the words of a plan (SPEC section 8) and the rules that the histories' policy, `enterprise`, sets (section 6),
and nothing of how Tenure decides.
"""

import collections

TOP, BILLING = "super-admin", "billing-admin"


class Broken(Exception):
    """What does not hold after an action, in a sentence."""


class World:
    """Organization → workspace (None: the organization itself) → person → role."""

    def __init__(self):
        self.rolls = collections.defaultdict(dict)
        self.pending = set()
        self.prefixes = 0

    def carry_out(self, actions):
        """Every action that nothing blocks, in the plan's order."""
        for action in actions:
            if action["blockedBy"]:
                continue
            name, workspace = action["organization"], action["workspace"]
            had_owner = self.has_owner(name)
            try:
                self.do(action["action"], name, workspace, action["subject"], action["before"] or {},
                        action["after"] or {})
                self.look(name, workspace, action["subject"], had_owner)
            except Broken as broken:
                raise Broken(f"{action['action']} {name}/{workspace or ''} {action['subject'] or ''}: {broken}") from None
            self.prefixes += 1

    def do(self, kind, name, workspace, person, before, after):
        places = self.rolls[name]
        if kind == "create-organization":
            self.expect(not places, "the organization is there already")
            owner = after.get("owner")
            places[None] = {owner: TOP} if owner else {}
            places[after["defaultWorkspace"]] = {owner: "admin"} if owner else {}
        elif kind == "create-workspace":
            self.expect(workspace not in places, "the workspace is there already")
            places[workspace] = {after["owner"]: "admin"} if after.get("owner") else {}
        elif kind == "rename-workspace":
            self.expect(workspace not in places, "the new name is taken")
            places[workspace] = self.roll(places, before["name"])
            del places[before["name"]]
        elif kind == "delete-workspace":
            self.expect("removed" in after, "deleted without a tombstone")
            self.expect(workspace != "default", "a default workspace is deleted")
            self.expect(before.get("members") == len(self.roll(places, workspace)), "it has other members than said")
            del places[workspace]
        elif kind in ("add-member", "invite"):
            roll = self.roll(places, workspace)
            self.expect(person not in roll, "is a member already")
            if kind == "invite":
                self.expect((name, workspace, person) not in self.pending, "has a pending invitation already")
                self.pending.add((name, workspace, person))
            else:
                roll[person] = after["role"]
        elif kind in ("change-role", "remove-member"):
            roll = self.roll(places, workspace)
            self.expect(roll.get(person) == before["role"], f"is {roll.get(person) or 'no member'}")
            if kind == "change-role":
                roll[person] = after["role"]
            else:
                del roll[person]
        elif kind in ("update-organization", "update-workspace"):
            self.roll(places, workspace)
        else:
            raise Broken("an action that a history does not ask for")

    def look(self, name, workspace, person, had_owner):
        """The rules that `enterprise` sets about who is where."""
        places = self.rolls[name]
        self.expect(not had_owner or self.has_owner(name), "last-owner-kept: nobody is super-admin any more")
        members = places.get(None, {})
        # One action changes one roll: what it concerns is all that can be wrong.
        people = [person] if workspace is None else places.get(workspace, {})
        rolls = places.items() if workspace is None else [(workspace, places.get(workspace, {}))]
        for title, roll in rolls:
            if title is None:
                continue
            for somebody in people:
                self.expect(
                    somebody not in roll or members.get(somebody, BILLING) != BILLING,
                    f"organization-member-first: {somebody} is in {title} and not in the organization")

    def has_owner(self, name):
        return TOP in self.rolls[name].get(None, {}).values()

    @staticmethod
    def roll(places, workspace):
        if workspace not in places:
            raise Broken("the workspace is not there")
        return places[workspace]

    @staticmethod
    def expect(condition, sentence):
        if not condition:
            raise Broken(sentence)

    def agrees(self, declared):
        """Whether everything that a commit declares is as it says, and nobody else is there."""
        for name, organization in declared.items():
            lists = {None: organization.members}
            lists |= {title: workspace.members for title, workspace in organization.workspaces.items()}
            for title, members in lists.items():
                if members is not None:
                    self.expect(self.rolls[name].get(title) == members, f"{name}/{title or ''} is not as declared")
