"""Puts the functions of a changed source in the place of those that are loaded, in this process.

Everybody who holds a function keeps it: only its code is another. So nothing is imported anew, and whatever was made
from the old functions (decorators, addresses, forms) uses the new ones.
"""

import gc
import importlib.machinery
import importlib.util
import sys
import types
from collections import defaultdict
from pathlib import Path

from tests.house.guards import WEAK, WEAKENED_POLICY, Removal
from tests.house.tree import SRC

POLICY = "alongside.core.access.policy"
Function = types.FunctionType
Loaded = dict[tuple[str, str], list[Function]]


class _Weakened(importlib.machinery.SourceFileLoader):
    """Loads the policy with what a removal puts in place of a guard."""

    def get_code(self, fullname: str) -> types.CodeType:
        path = self.get_filename(fullname)
        return compile(source_of(Path(path)), path, "exec", dont_inherit=True)


class _Finder:
    @staticmethod
    def find_spec(name: str, _path: object = None, _target: object = None) -> object:
        if name != POLICY:
            return None
        file = SRC / Path(*POLICY.split(".")).with_suffix(".py")
        return importlib.util.spec_from_file_location(name, file, loader=_Weakened(name, str(file)))


def weaken_policy() -> None:
    """Has to come before the product is loaded."""
    assert POLICY not in sys.modules, "the policy is loaded already"
    sys.meta_path.insert(0, _Finder)


def source_of(file: Path) -> str:
    text = file.read_text(encoding="utf-8")
    return text + WEAKENED_POLICY if _module_of(file) == POLICY else text


def _module_of(file: Path) -> str:
    return ".".join(file.relative_to(SRC).with_suffix("").parts)


def loaded() -> Loaded:
    """Every function of the product that is there, by its file and its name in it."""
    found: Loaded = defaultdict(list)
    gc.unfreeze()
    for one in gc.get_objects():
        if isinstance(one, Function) and one.__code__.co_filename.startswith(str(SRC)):
            found[one.__code__.co_filename, one.__code__.co_qualname].append(one)
    gc.freeze()
    return found


def as_it_stands(file: Path, known: Loaded) -> None:
    """Graft the unchanged source: nothing may come of it."""
    path = SRC / file
    _swap(path, compile(source_of(path), str(path), "exec"), known)


def graft(removal: Removal, known: Loaded) -> None:
    """Take the guard away here. Raises where that can't be done by grafting."""
    path = SRC / removal.file
    if removal.at == "decorator":
        _unguard(path, removal.within)
        return
    changed = removal.source + (WEAKENED_POLICY if _module_of(path) == POLICY else "")
    code = compile(changed, str(path), "exec")
    if removal.at == "default":
        _new_default(path, code, removal.within, known)
    elif not _swap(path, code, known):
        raise LookupError(f"nothing is another: {removal}")


def _swap(path: Path, code: types.CodeType, known: Loaded) -> int:
    """How many functions have another code now."""
    count = 0
    for name, new in _named(code).items():
        for function in known.get((str(path), name), ()):
            if function.__code__.co_code != new.co_code or function.__code__.co_consts != new.co_consts:
                count += 1
            function.__code__ = new
    return count


def _named(code: types.CodeType) -> dict[str, types.CodeType]:
    """The code of each named function, also of those within others."""
    found = {}
    for each in code.co_consts:
        if isinstance(each, types.CodeType):
            if "<" not in each.co_name:
                found[each.co_qualname] = each
            found |= _named(each)
    return found


def _unguard(path: Path, name: str) -> None:
    deed = getattr(sys.modules[_module_of(path)], name)
    action = sys.modules[POLICY].action
    deed.__code__ = action.unguarded(deed.permission)(deed.__wrapped__).__code__


def _new_default(path: Path, code: types.CodeType, within: str, known: Loaded) -> None:
    """The weak permission as a default: the changed source is run aside to have it."""
    aside = {"__name__": _module_of(path), "__file__": str(path)}
    exec(code, aside)
    new = aside[within]
    new = getattr(new, "__wrapped__", new)
    changed = [v for v in (*(new.__defaults__ or ()), *(new.__kwdefaults__ or {}).values()) if v in WEAK]
    if not changed:
        raise LookupError(f"no default of {within} is weak")
    for function in known[str(path), within]:
        function.__defaults__, function.__kwdefaults__ = new.__defaults__, new.__kwdefaults__
