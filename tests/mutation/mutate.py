"""`make mutate`: break the code that keeps the books, one small change at a time, and see which tests notice.

python tests/mutation/mutate.py [core/quota.py ...] [--again | --unnoticed]

mutmut (github.com/boxed/mutmut) makes the changes, in a copy of the tree: one copy for each module, since each has its
own tests. What survives is printed, except changes that `equivalent.toml` names, with the reason why no test can tell
them from the original. Exits 1 when less than 95 % of the others were noticed. A module takes minutes.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HOUSE: Final = Path(__file__).parents[2]
COPIES: Final = Path(tempfile.gettempdir()) / "easel-mutation"
ENOUGH: Final = 0.95
NOT_TESTED: Final = frozenset({None, 2, 34})  # mutmut's exit codes of a change that it did not come to
UNNOTICED: Final = frozenset({0, 5, 33})  # survived, or no test runs it at all
_STORE: Final = ("store_ledger", "store_admission", "store_together", "store_jobs", "store_intake_edges")
# The tests that are meant to hold each module. Fewer tests are a stricter measure, and an honest one.
MODULES: Final = {
    "core/windows.py": ("windows", "windows_edges", "quota"),
    "core/quota.py": ("quota", "quota_edges", "windows", "windows_edges", "quota_model"),
    "core/pricing.py": ("pricing", "pricing_usage", "pricing_thinking", "pricing_edges"),
    "core/fairness.py": ("fairness", "fairness_edges"),
    "core/administration/policy.py": ("administration_policy", "administration_policy_edges"),
    "core/store/ledger.py": (*_STORE, "own_keys"),
    "core/store/intake.py": ("store_admission", "store_together", "store_tickets", "store_intake_edges"),
}
# Of those files, what a broken module makes slow: hypothesis looks for minutes for the smallest burst that shows it.
LEFT_OUT: Final = {"core/store/intake.py": "one_after_another"}
# A fork server, since functions that remember (`lru_cache`) would remember what the unbroken code said. The tests run
# on SQLite: Postgres gives the same books by the same code, and many processes on one server would wait for each other.
# A change after which nobody is answered is stopped after five times what the tests take (and not fifteen).
SETTINGS: Final = """[mutmut]
source_paths=core
only_mutate={module}
also_copy=
    bots
process_isolation=forkserver
timeout_multiplier=5
pytest_add_cli_args=
    -p
    no:cacheprovider
    -k
    not postgres{left_out}
    -m
    not long
pytest_add_cli_args_test_selection=
{tests}
"""


@dataclass(frozen=True, slots=True)
class Equivalent:
    """A change that nothing can notice: the lines that it takes away and puts in, and why."""

    function: str
    removed: str
    added: str
    why: str


@dataclass(frozen=True, slots=True)
class Result:
    """What became of the changes to one module."""

    module: str
    changes: int
    noticed: int
    equivalent: int
    unnoticed: Sequence[str]
    not_tested: int

    @property
    def share(self) -> float:
        """Of the changes that can be noticed, those that were."""
        return self.noticed / max(1, self.changes - self.equivalent)


def main(arguments: Sequence[str]) -> int:
    """Mutate these modules, or all.

    `--again`: only read what the last run found. `--unnoticed`: only the changes that it found unnoticed, by the tests
    as they are by now; the module must be as it was.
    """
    wanted = [name for name in arguments if not name.startswith("--")] or list(MODULES)
    known = equivalents((Path(__file__).parent / "equivalent.toml").read_text("utf-8"))
    results = []
    for module in wanted:
        copy = COPIES / module.replace("/", ".").removesuffix(".py")
        if "--unnoticed" in arguments:
            bring_tests(copy, module)
            mutate_again(copy, module)
        elif "--again" not in arguments:
            say(f"breaking {module} in {copy} ...")
            lay_out(copy, module)
            mutmut(copy, "run", "--max-children", str(len(os.sched_getaffinity(0))))
        results.append(read(copy, module, known.get(module, ())))
        say(told(results[-1]))
    return int(any(result.share < ENOUGH or result.not_tested for result in results))


def equivalents(text: str) -> dict[str, tuple[Equivalent, ...]]:
    """By module, from the table."""
    found: dict[str, tuple[Equivalent, ...]] = {}
    for row in tomllib.loads(text).get("equivalent", ()):
        module = row.pop("module")
        found[module] = (*found.get(module, ()), Equivalent(**row))
    return found


def lay_out(copy: Path, module: str) -> None:
    """The tree as it stands, without what git ignores."""
    shutil.rmtree(copy, ignore_errors=True)
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "core", "bots", "tests"],
        cwd=HOUSE,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in (*filter(None, listed.stdout.split("\0")), "pyproject.toml"):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        if (HOUSE / name).exists():
            shutil.copyfile(HOUSE / name, copy / name)
    write_settings(copy, module)


def write_settings(copy: Path, module: str) -> None:
    """What mutmut is to break, and the tests that are to notice."""
    tests = "\n".join(f"    {name}" for name in tests_of(module) if (copy / name).exists())
    left_out = f" and not {LEFT_OUT[module]}" if module in LEFT_OUT else ""
    (copy / "setup.cfg").write_text(SETTINGS.format(module=module, tests=tests, left_out=left_out), encoding="utf-8")


def tests_of(module: str) -> list[str]:
    """The files that hold it."""
    return [f"tests/core/test_{name}.py" for name in MODULES[module]]


def bring_tests(copy: Path, module: str) -> None:
    """Its tests as they are by now."""
    for name in tests_of(module):
        for folder in (copy, copy / "mutants"):
            shutil.copyfile(HOUSE / name, folder / name)
    write_settings(copy, module)
    shutil.copyfile(copy / "setup.cfg", copy / "mutants" / "setup.cfg")


def mutate_again(copy: Path, module: str) -> None:
    """Only what was unnoticed. mutmut forgets what became of all others, which is put back."""
    before = exit_codes(copy, module)
    survivors = [name for name, code in before.items() if code in UNNOTICED]
    if survivors:
        mutmut(copy, "run", *survivors)
        path = copy / "mutants" / f"{module}.meta"
        meta = json.loads(path.read_text("utf-8"))
        meta["exit_code_by_key"] = before | {name: meta["exit_code_by_key"][name] for name in survivors}
        path.write_text(json.dumps(meta), encoding="utf-8")


def exit_codes(copy: Path, module: str) -> dict[str, int | None]:
    """What mutmut wrote down of each change."""
    noted: dict[str, int | None] = json.loads((copy / "mutants" / f"{module}.meta").read_text("utf-8"))[
        "exit_code_by_key"
    ]
    return noted


def mutmut(copy: Path, *arguments: str) -> str:
    """Run it there, after everybody else; what it said, of which its running count is only kept in a file."""
    command = [sys.executable, "-c", "import os, sys; os.nice(10); from mutmut.__main__ import cli; cli()", *arguments]
    run = subprocess.run(command, cwd=copy, check=False, capture_output=True, text=True)
    (copy / f"{arguments[0]}.log").write_text(run.stdout + run.stderr, encoding="utf-8")
    if run.returncode != 0:
        raise SystemExit(f"mutmut {arguments[0]} failed:\n{(run.stdout + run.stderr)[-3000:]}")
    return run.stdout


def read(copy: Path, module: str, known: Iterable[Equivalent]) -> Result:
    """What mutmut wrote down."""
    meta = exit_codes(copy, module)
    unnoticed, equivalent = [], 0
    for name in (name for name, code in meta.items() if code in UNNOTICED):
        diff = mutmut(copy, "show", name)
        if of_itself(diff) or any(is_meant(each, name, diff) for each in known):
            equivalent += 1
        else:
            unnoticed.append("\n".join(line for line in diff.splitlines() if not line.startswith(("---", "+++"))))
    not_tested = sum(code in NOT_TESTED for code in meta.values())
    noticed = len(meta) - equivalent - len(unnoticed) - not_tested
    return Result(module, len(meta), noticed, equivalent, unnoticed, not_tested)


def of_itself(diff: str) -> bool:
    """Whether it is a kind of change that never matters, wherever it is made.

    SQL reads its words in either case; a `match` that mypy knows to be exhaustive never comes to `assert_never`; `cast`
    returns its second argument; `strict` of a `zip` over lists of one length.
    """
    removed, added = lines_of(diff, "-"), lines_of(diff, "+")
    is_sql = bool(re.match(r'f?" ?(SELECT|INSERT|UPDATE|DELETE|FROM|WHERE|AND|ORDER) ', removed))
    return (
        (is_sql and removed.casefold() == added.casefold())
        or bool(re.fullmatch(r"(case _:\n)?assert_never\(.*\)", removed))
        or re.sub(r"cast\([^,]*,", "", removed) == re.sub(r"cast\([^,]*,", "", added)
        or ("strict=True" in removed and re.sub(r"strict=True", "", removed) == re.sub(r"strict=\w+", "", added))
    )


def lines_of(diff: str, sign: str) -> str:
    """What a change takes away, or puts in."""
    return "\n".join(
        line[1:].strip() for line in diff.splitlines() if line.startswith(sign) and not line.startswith(sign * 3)
    )


def is_meant(each: Equivalent, name: str, diff: str) -> bool:
    """Whether this is the change of that row."""
    function = name.rpartition("__mutmut_")[0].rpartition(".")[2]
    # mutmut's name of a function is `x_name`, of a method `xǁClassǁname`.
    named = function.removeprefix("x").replace("ǁ", ".").strip("._")
    return named == each.function.strip("_") and (lines_of(diff, "-"), lines_of(diff, "+")) == (
        each.removed,
        each.added,
    )


def told(result: Result) -> str:
    """One line, after what survived."""
    survivors = "".join(f"\n{diff}\n" for diff in result.unnoticed)
    return (
        f"{survivors}{result.module}: {result.changes} changes, {result.noticed} noticed,"
        f" {result.equivalent} equivalent, {len(result.unnoticed)} unnoticed, {result.not_tested} not tested:"
        f" {result.share:.1%}"
    )


def say(line: str) -> None:
    """To whoever waits."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
